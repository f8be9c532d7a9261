"""Dialogue scripts against a running daemon. One command per line, "#" begins a comment line:

    connect clear | tls     a connection; the greeting is read with "< 220"
    handshake               the client's half of STARTTLS
    login [user]            AUTH PLAIN with the right password
    > TEXT                  sends TEXT and CRLF
    >> 'OCTETS'             sends a Python expression's octets
    < CODE [ENHANCED]       the next reply's code, and its enhanced code
    <+ KEYWORD…             the last reply has these lines behind their codes
    <- KEYWORD…             … has none that begins so
    closed                  the server ends the connection
"""
import ast
import base64
import operator


def octets_of(expression):
    """A literal, literals joined by +, or repeated by *."""
    def value(node):
        if isinstance(node, ast.Expression):
            return value(node.body)
        if isinstance(node, ast.Constant):
            return node.value.encode("latin-1") if isinstance(node.value, str) else node.value
        if isinstance(node, ast.BinOp):
            return {ast.Add: operator.add, ast.Mult: operator.mul, ast.Sub: operator.sub}[type(node.op)](value(node.left), value(node.right))
        raise ValueError(expression)
    return value(ast.parse(expression.strip(), mode="eval"))


def play(edge, text, user):
    client, last = None, []
    for number, line in enumerate(text.splitlines(), 1):
        word, _, rest = line.partition(" ")
        if not line.strip() or word.startswith("#"):
            continue
        where = f"line {number}: {line}"
        if word == "connect":
            if client:
                client.socket.close()
            client = edge.client(tls=rest.strip() == "tls", greeting=False)
        elif word == "handshake":
            client.handshake()
        elif word == "login":
            token = base64.b64encode(b"\0" + (rest.strip() or user).encode() + b"\0secret")
            assert client.say(b"AUTH PLAIN " + token + b"\r\n") == ["235"], where
        elif word == ">":
            client.send(rest.encode() + b"\r\n")
        elif word == ">>":
            client.send(octets_of(rest))
        elif word == "<":
            last = client.reply()
            code, *enhanced = rest.split()
            assert last[-1][:3] == code, f"{where}: {last}"
            assert not enhanced or last[-1].split()[1] == enhanced[0], f"{where}: {last}"
        elif word == "<+":
            said = [one[4:] for one in last]
            assert all(any(one == keyword or one.startswith(keyword + " ") for one in said) for keyword in rest.split()), f"{where}: {last}"
        elif word == "<-":
            assert not any(one[4:].startswith(keyword) for one in last for keyword in rest.split()), f"{where}: {last}"
        elif word == "closed":
            assert client.closed(), where
        else:
            raise ValueError(where)
    if client:
        client.socket.close()
