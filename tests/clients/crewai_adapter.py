"""CrewAI's MCP adapter against `devops-agent mcp`. Not part of .ci/run; tests/clients/README.md has the outcome."""

from common import place, program

from crewai_tools import MCPServerAdapter
from mcp import StdioServerParameters

with place() as (here, environment):
    server = StdioServerParameters(command=program(), args=["mcp"], env=environment, cwd=here)
    with MCPServerAdapter(server) as tools:
        named = {tool.name: tool for tool in tools}
        assert "run_command" in named, named
        log = named["run_command"].run(cmd="git log -1 --format=%s")
        assert "first" in str(log), log
        refused = str(named["run_command"].run(cmd="git branch feature"))
        assert "devops-agent approve " in refused, refused
print("crewai: ok")
