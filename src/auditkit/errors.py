"""The one error a user can mend."""


class InputError(Exception):
    """The user's input is wrong: one sentence that names the thing, the place and the mend.

    The command line prints the sentence and exits with code 2. The sentence never holds
    a person's data: name files, columns, rows and rules, not values of members.
    """
