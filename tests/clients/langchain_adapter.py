"""LangChain's MCP adapters against `devops-agent mcp`. They show no forms, so a change is refused with words to read."""

import asyncio

from common import place, program

from langchain_mcp_adapters.client import MultiServerMCPClient


async def main():
    with place() as (here, environment):
        server = {"transport": "stdio", "command": program(), "args": ["mcp"], "env": environment, "cwd": here}
        client = MultiServerMCPClient({"devops": server}, handle_tool_errors=True)
        async with client.session("devops") as session:
            from langchain_mcp_adapters.tools import load_mcp_tools

            tools = {tool.name: tool for tool in await load_mcp_tools(session)}
            assert "run_command" in tools and "search_history" in tools, tools
            log = await tools["run_command"].ainvoke({"cmd": "git log -1 --format=%s"})
            assert "first" in str(log), log
            try:
                refused = str(await tools["run_command"].ainvoke({"cmd": "git branch feature"}))
            except Exception as error:
                refused = str(error)
            assert "devops-agent approve " in refused and "tier: approval" in refused, refused
            text = await tools["context"].ainvoke({"show": "session"})
            assert "git log" in str(text), text
    print("langchain: ok")


asyncio.run(main())
