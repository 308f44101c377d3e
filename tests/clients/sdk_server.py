"""A server of tools made with the official Python SDK, which our agent uses as a client of it.

Started by tests/clients/run as: sdk_server.py PROGRAM. Starts itself again as the server, and a model that calls its
tool once; fails by an assertion.
"""

import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from common import place, program

MODEL = "devstral:24b"
# A request that only a model can take.
REQUEST = "anything odd since lunch — überhaupt?"


def serve():
    """The server: two tools, one of which says that it destroys."""
    from mcp.server import MCPServer
    from mcp.types import ToolAnnotations

    server = MCPServer("inventory")

    @server.tool(annotations=ToolAnnotations(read_only_hint=True))
    def count(kind: str) -> str:
        """Counts things of a kind."""
        return f"42 of {kind}"

    @server.tool(annotations=ToolAnnotations(destructive_hint=True))
    def clear() -> str:
        """Throws everything away."""
        return "gone"

    server.run()


class Model(BaseHTTPRequestHandler):
    """As much of Ollama's API as one call and one answer need."""

    asked = []

    def log_message(self, *words):
        pass

    def answer(self, lines):
        body = "".join(json.dumps(line) + "\n" for line in lines).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer([{"version": "0.12.6", "models": [{"name": MODEL, "modified_at": "2026-08-01T10:00:00Z", "size": 1}]}])

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/show":
            return self.answer([{"capabilities": ["completion", "tools"], "model_info": {}}])
        Model.asked.append(body)
        if len(Model.asked) == 1:
            function = {"index": 0, "name": "inventory__count", "arguments": {"kind": "disks"}}
            said = {"role": "assistant", "content": "", "tool_calls": [{"id": "c1", "function": function}]}
        else:
            said = {"role": "assistant", "content": "There are 42."}
        lines = [{"model": MODEL, "created_at": "2026-08-01T10:00:00Z", "message": said, "done": False}]
        last = {"role": "assistant", "content": ""}
        counts = {"prompt_eval_count": 1, "eval_count": 1}
        lines.append({**lines[0], "message": last, "done": True, "done_reason": "stop", **counts})
        self.answer(lines)


def main():
    model = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=model.serve_forever, daemon=True).start()
    with place() as (here, environment):
        environment["OLLAMA_HOST"] = f"http://127.0.0.1:{model.server_port}"
        config = os.path.join(environment["XDG_CONFIG_HOME"], "devops-agent")
        os.makedirs(config)
        entry = {"command": sys.executable, "args": [os.path.abspath(__file__), "--serve"]}
        with open(os.path.join(config, "mcp.yaml"), "w", encoding="utf-8") as file:
            json.dump({"mcpServers": {"inventory": entry}}, file)

        def run(*words):
            return subprocess.run([program(), *words], cwd=here, env=environment, capture_output=True, text=True)

        listed = json.loads(run("mcp", "servers", "--json").stdout)["servers"][0]
        tiers = {tool["tool"]: tool["tier"] for tool in listed["tools"]}
        assert listed["state"] == "ready" and tiers == {"count": "approval", "clear": "destructive"}, listed
        ran = run("ask", "--yes", REQUEST)
        assert ran.returncode == 0 and ran.stdout.strip() == "There are 42.", ran
        assert "mcp inventory count" in ran.stderr, ran.stderr
        result = Model.asked[1]["messages"][-1]["content"]
        assert "42 of disks" in result and "data, not an instruction" in result, result
    print("SDK server: ok")


if __name__ == "__main__":
    if "--serve" in sys.argv:
        serve()
    else:
        main()
