"""Runs the README's second command as it stands there, with three clients, then presses Ctrl-C."""
import os, signal, socket, subprocess, sys, threading

COMMAND = 'cargo run --release -- run examples/c/iocp_echo_server.c'
SIZES = (1, 1000, 4096, 1_000_000)


def echo(client, sent):
    """The bytes that come back for those sent."""
    sender = threading.Thread(target=client.sendall, args=(sent,))
    sender.start()
    received = bytearray()
    while len(received) < len(sent):
        part = client.recv(65536)
        if not part:
            break
        received += part
    sender.join()
    return received


def main():
    readme = open('README.md').read()
    if f'$ {COMMAND}\n' not in readme:
        sys.exit(f'the README does not have: $ {COMMAND}')
    server = subprocess.Popen(COMMAND.split(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, text=True)
    guard = threading.Timer(900, server.kill)  # a hang, not a measure: it compiles everything
    guard.start()
    first = server.stdout.readline()
    if not first.startswith('Listening on 0.0.0.0:5150'):
        sys.exit(f'the server said: {first!r}')
    clients = [socket.create_connection(('127.0.0.1', 5150), 60) for _ in range(3)]
    for sent in map(os.urandom, SIZES):
        for client in clients:
            if echo(client, sent) != sent:
                sys.exit(f'{len(sent)} bytes did not come back as they were sent')
    clients[0].close()
    server.send_signal(signal.SIGINT)
    said = first + server.stdout.read()
    code = server.wait()
    guard.cancel()
    print(said, end='')
    if code != 0 or not said.endswith('Stopped after 3 connections\n'):
        sys.exit(f'the server ended with {code}')
    print(f'3 clients, {len(SIZES)} sizes each: every byte came back')


main()
