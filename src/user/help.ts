/** The text of `--help`. */
export const HELP = `Usage: stockroom user COMMAND [OPTIONS]
       npm run user -- COMMAND [OPTIONS]   in a checkout

  create EMAIL [--name NAME] [--role ROLE] [PASSWORD]   create an account; ROLE is customer unless given
  promote EMAIL [--role ROLE] [--enable]                give an account a role; ROLE is admin unless given
  reset-password EMAIL [PASSWORD]                       set a password, end every session, lift the lock
  reset-mfa EMAIL                                       remove every second factor, end every session
  unlock EMAIL                                          lift the lock on guesses at a password
  list [--q TEXT] [--role ROLE] [--disabled] [--limit N]

ROLE is customer, staff or admin. PASSWORD is one of
  --generate         generate a password, and print it once
  --password-stdin   read it from the first line of standard input
Without either, it is asked for at the terminal, and not shown.

Every command that changes something says what it will do, and asks. --yes answers for scripts.
Exit status: 0 when done, 1 if the change failed or was declined, 2 for invalid arguments.

Examples:
  $ stockroom user create ada@shop.example --name 'Ada Lovelace' --role admin
  $ stockroom user list --role admin`
