from odoo.exceptions import UserError
from odoo.http import request

#: Files that may come at once, and how large each may be, in bytes.
FILES, LARGEST = 5, 10 * 1024 * 1024
#: Letters of a name.
NAME = 150


def read_files(most=FILES, largest=LARGEST):
    """Give names and contents of the files that came with a form.

    :param most: number of files
    :param largest: bytes of each
    :raise UserError: too many, or one too large
    """
    files = [one for one in request.httprequest.files.getlist("files") if one.filename]
    if len(files) > most:
        raise UserError(
            request.env._("Send at most %(count)s files at once.", count=most)
        )
    found = []
    for one in files:
        content = one.read(largest + 1)
        if len(content) > largest:
            raise UserError(
                request.env._(
                    "%(file)s is larger than %(size)s MB. Send a smaller one.",
                    file=one.filename,
                    size=largest // 1024 // 1024,
                )
            )
        found.append((one.filename[:NAME], content))
    return found
