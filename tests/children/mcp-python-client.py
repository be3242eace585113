"""Uses a gateway through the official SDK for Python, over the transport named, and prints what it got as JSON."""

import asyncio
import json
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import create_mcp_http_client, streamable_http_client

kind, *rest = sys.argv[1:]


def connect():
    if kind == "stdio":
        return stdio_client(StdioServerParameters(command=rest[0], args=rest[1:], env=None))
    headers = {"Authorization": f"Bearer {rest[1]}"}
    if kind == "sse":
        return sse_client(rest[0], headers=headers)
    return streamable_http_client(rest[0], http_client=create_mcp_http_client(headers=headers))


async def main():
    async with connect() as streams:
        async with ClientSession(streams[0], streams[1]) as session:
            info = await session.initialize()
            tools = await session.list_tools()
            echoed = await session.call_tool("echo", {"message": "hi"})
            thought = await session.call_tool(
                "sequentialthinking",
                {"thought": "a", "nextThoughtNeeded": False, "thoughtNumber": 1, "totalThoughts": 1},
            )
            graph = await session.call_tool("read_graph", {})
            files = await session.call_tool("list_allowed_directories", {})
            prompts = await session.list_prompts()
            print(
                json.dumps(
                    {
                        "server": info.server_info.name,
                        "tools": [tool.name for tool in tools.tools],
                        "echo": echoed.content[0].text,
                        "thought": thought.content[0].text,
                        "graph": graph.content[0].text,
                        "files": files.content[0].text,
                        "prompts": len(prompts.prompts),
                    }
                )
            )


asyncio.run(main())
