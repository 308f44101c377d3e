"""The official Python SDK against `devops-agent mcp`: both generations, over stdio and over HTTP.

Started by tests/clients/run as: sdk.py PROGRAM. Fails by an assertion.
"""

import asyncio
import os
import subprocess
import sys

import httpx2
from common import place, program

from mcp import Client, StdioServerParameters, types
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client


def deciding(answers):
    """An elicitation callback that takes its answers from a list, and what it was asked."""
    asked = []

    async def callback(context, params):
        asked.append(params.message)
        choices = params.requested_schema["properties"]["decision"]["enum"]
        answer = answers.pop(0)
        return types.ElicitResult(action="accept", content={"decision": choices[1] if answer else choices[0]})

    return callback, asked


async def exercise(connect, mode, here):
    """The same story for every transport and generation; `connect` makes a client."""
    callback, asked = deciding([True, False])
    progress = []

    async def told(done, total, message):
        progress.append(message)

    async with connect(mode=mode, elicitation_callback=callback) as client:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools][:3] == ["run_command", "check_command", "plan"], tools
        assert all(tool.output_schema for tool in tools)
        log = await client.call_tool("run_command", {"cmd": "git log -1 --format=%s"}, progress_callback=told)
        assert not log.is_error and log.structured_content["stdout"] == "first\n", log
        checked = await client.call_tool("check_command", {"cmd": "git branch feature"})
        assert checked.structured_content["tier"] == "approval", checked
        made = await client.call_tool("run_command", {"cmd": "git branch feature"})
        assert not made.is_error and made.structured_content["exit_code"] == 0, made
        refused = await client.call_tool("run_command", {"cmd": "git branch other"})
        assert refused.is_error and "denied" in refused.content[0].text, refused
        destroyed = await client.call_tool("run_command", {"cmd": "rm -rf old"})
        assert destroyed.is_error and "tier: destructive" in destroyed.content[0].text, destroyed
        assert len(asked) == 2 and "git branch feature" in asked[0], asked
        said = await client.call_tool("commit", {"summary": "the SDK was here"})
        assert said.structured_content["text"].startswith("Committed"), said
        resources = (await client.list_resources()).resources
        assert {"gcc://main", "gcc://graph"} <= {str(resource.uri) for resource in resources}
        page = await client.read_resource("gcc://main")
        assert page.contents[0].text, page
        prompts = (await client.list_prompts()).prompts
        assert {prompt.name for prompt in prompts} == {"diagnose", "explain", "handover"}
        prompt = await client.get_prompt("explain", {"command": "git gc"})
        assert "git gc" in prompt.messages[0].content.text
    branches = subprocess.run(["git", "branch"], cwd=here, capture_output=True, text=True, check=True).stdout
    assert "feature" in branches and "other" not in branches, branches
    subprocess.run(["git", "branch", "-q", "-D", "feature"], cwd=here, check=True)
    return progress


async def main():
    with place() as (here, environment):
        parameters = StdioServerParameters(command=program(), args=["mcp"], env=environment, cwd=here)

        def over_stdio(**options):
            return Client(stdio_client(parameters), **options)

        for mode in ["legacy", "auto", "2026-07-28"]:
            progress = await exercise(over_stdio, mode, here)
            print(f"stdio {mode}: ok, progress {progress}")

        server = subprocess.Popen(
            [program(), "mcp", "--http", "--port", "0"],
            cwd=here, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        try:
            url = server.stderr.readline().split()[-1]
            with open(server.stderr.readline().rsplit(" in ", 1)[1].strip()) as file:
                headers = {"Authorization": f"Bearer {file.read()}"}

            def over_http(**options):
                return Client(
                    streamable_http_client(url, http_client=httpx2.AsyncClient(headers=headers, timeout=30)), **options
                )

            for mode in ["legacy", "auto"]:
                await exercise(over_http, mode, here)
                print(f"http {mode}: ok")
        finally:
            server.terminate()
            assert server.wait(10) == 0, server.returncode
    assert not os.path.exists(here)


asyncio.run(main())
