// A proxy on the loopback interface that adds the token, for programs that cannot send one.
// Usage: node token.mjs URL TOKEN-FILE; prints its own address.
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";

const [url, file] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const authorization = `Bearer ${readFileSync(file, "utf8")}`;

const server = createServer((incoming, outgoing) => {
  const { method, url: path, headers } = incoming;
  const onward = request({ hostname, port, method, path, headers: { ...headers, authorization } }, (answer) => {
    outgoing.writeHead(answer.statusCode, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  // A client that goes away takes its request along: that is how the stateless generation cancels.
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/mcp`));
