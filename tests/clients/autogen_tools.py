"""AutoGen's MCP workbench against `devops-agent mcp`. Not part of .ci/run; tests/clients/README.md has the outcome."""

import asyncio

from common import place, program

from autogen_ext.tools.mcp import McpWorkbench, StdioServerParams


async def main():
    with place() as (here, environment):
        server = StdioServerParams(command=program(), args=["mcp"], env=environment, cwd=here)
        async with McpWorkbench(server) as workbench:
            names = [tool["name"] for tool in await workbench.list_tools()]
            assert "run_command" in names, names
            log = await workbench.call_tool("run_command", {"cmd": "git log -1 --format=%s"})
            assert not log.is_error and "first" in log.to_text(), log
            refused = await workbench.call_tool("run_command", {"cmd": "git branch feature"})
            assert refused.is_error and "devops-agent approve " in refused.to_text(), refused
    print("autogen: ok")


asyncio.run(main())
