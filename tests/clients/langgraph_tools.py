"""A LangGraph graph whose tools come from `devops-agent mcp`; the model is a script."""

import asyncio

from common import place, program

from langchain_core.messages import AIMessage, ToolMessage
from langchain_mcp_adapters.client import MultiServerMCPClient
from langchain_mcp_adapters.tools import load_mcp_tools
from langgraph.graph import END, START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode

CALLS = [
    ("plan", {"request": "show the last five commits"}),
    ("run_command", {"cmd": "git log -5 --oneline", "context": "the plan says so"}),
    ("commit", {"summary": "there is one commit", "finding": "git log shows it"}),
]


def scripted(state):
    """The next call of the script, or the end."""
    done = sum(isinstance(message, ToolMessage) for message in state["messages"])
    if done == len(CALLS):
        return {"messages": [AIMessage("done")]}
    name, args = CALLS[done]
    return {"messages": [AIMessage("", tool_calls=[{"name": name, "args": args, "id": str(done)}])]}


async def main():
    with place() as (here, environment):
        server = {"transport": "stdio", "command": program(), "args": ["mcp"], "env": environment, "cwd": here}
        async with MultiServerMCPClient({"devops": server}).session("devops") as session:
            graph = StateGraph(MessagesState)
            graph.add_node("model", scripted)
            graph.add_node("tools", ToolNode(await load_mcp_tools(session)))
            graph.add_edge(START, "model")
            graph.add_conditional_edges("model", lambda state: "tools" if state["messages"][-1].tool_calls else END)
            graph.add_edge("tools", "model")
            state = await graph.compile().ainvoke({"messages": []})
        answers = [str(message.content) for message in state["messages"] if isinstance(message, ToolMessage)]
        assert "git log -5 --oneline" in answers[0] and "first" in answers[1] and "Committed" in answers[2], answers
    print("langgraph: ok")


asyncio.run(main())
