"""What the exchange's account, role and files give away: nothing."""

import stat
import subprocess
import sys

import psycopg2
import pytest

# takes 25 seconds
pytestmark = pytest.mark.cap_c01

ASK = """
import socket, sys
connection = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
connection.sendall(sys.stdin.buffer.read())
data = b""
try:
    while block := connection.recv(65536):
        data += block
except OSError:
    pass
sys.stdout.buffer.write(data)
"""
REFUSED = (
    "Action: Command\r\nCommand: core show version",
    "Action: GetConfig\r\nFilename: pjsip.conf",
    "Action: UpdateConfig\r\nSrcFilename: a.conf\r\nDstFilename: a.conf",
    "Action: Reload",
    "Action: Originate\r\nChannel: PJSIP/1001\r\nApplication: System\r\nData: id",
    "Action: Setvar\r\nVariable: SHELL(id)\r\nValue: 1",
)


def ask(office, actions):
    exchange = office.exchange
    login = f"Action: Login\r\nUsername: crm\r\nSecret: {exchange.secret}"
    said = "\r\n\r\n".join([login, *actions, "Action: Logoff", ""])
    command = [sys.executable, "-c", ASK, str(exchange.ports["AMI"])]
    result = subprocess.run(
        [*office.network.prefix, *command],
        input=said.encode(),
        capture_output=True,
        timeout=20,
    )
    return result.stdout.decode()


def test_the_account_reads_no_secrets(office):
    for action in REFUSED:
        answer = ask(office, [action])
        assert "Authentication accepted" in answer
        assert answer.count("Response: Error") == 1, answer
        assert "password" not in answer


def test_the_role_reads_and_writes_one_table(office):
    connection = psycopg2.connect(
        host=office.odoo.cluster.host, dbname=office.database, user="pbx_office"
    )
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("select count(*) from cti_cel")
    for query in (
        "select * from res_users",
        "select * from cti_call",
        "update cti_cel set linkedid = ''",
        "delete from cti_cel",
        "truncate cti_cel",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute(query)
    connection.close()


def test_files_are_for_nobody_else(office):
    for path in (office.folder / "etc").glob("*.conf"):
        assert not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO), path
    secret = office.folder / "secret"
    assert not secret.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    assert office.exchange.secret not in office.tell()


def test_nothing_listens_to_the_outside(office):
    told = office.exchange.ask("pjsip show transports")
    told += office.exchange.ask("http show status")
    told += office.exchange.ask("manager show settings")
    assert "0.0.0.0" not in told and "127.0.0.1" in told
