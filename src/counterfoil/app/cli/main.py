"""The command line `counterfoil`. Every command works beside a running server: it asks the server to carry it out."""

import click

from counterfoil import __version__
from counterfoil.app.cli.administration import account, backup, connection, doctor, key, restore
from counterfoil.app.cli.compat import compat
from counterfoil.app.cli.copying import copy
from counterfoil.app.cli.emulate import emulate
from counterfoil.app.cli.login import login
from counterfoil.app.cli.running import demo, serve
from counterfoil.app.cli.switch import connection_alias, key_import
from counterfoil.app.cli.troubles import explain, qwclog
from counterfoil.app.cli.webhooks import webhook


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="counterfoil")
def counterfoil() -> None:
    """A self-hosted invoice API gateway for accounting books.

    Start with `counterfoil demo`, or with `counterfoil serve` and `counterfoil key create`.
    """


for command in (
    serve,
    demo,
    login,
    account,
    connection,
    key,
    webhook,
    doctor,
    backup,
    restore,
    copy,
    explain,
    qwclog,
    compat,
    emulate,
):
    counterfoil.add_command(command)
key.add_command(key_import)
connection.add_command(connection_alias)


def main() -> None:
    counterfoil(prog_name="counterfoil", windows_expand_args=False)


if __name__ == "__main__":
    main()
