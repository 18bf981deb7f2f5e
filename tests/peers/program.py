"""A program of the machine that offers one tool by the Model Context Protocol."""

PROGRAM = """
import sys
from mcp.server.mcpserver import MCPServer
server = MCPServer("corner")
print("said on the side", file=sys.stderr)

@server.tool()
def double(number: int) -> int:
    "Twice as much."
    return 2 * number

server.run("stdio")
"""
