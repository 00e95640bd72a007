"""What the page for several pictures says while its script works; the script fills `%(name)s` in."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _

from epiluma.web.wording import Text

LIST_TEXTS: Mapping[str, Text] = {
    "read": _("Read these pictures (%(count)s)"),
    "read-again": _("Try again (%(count)s)"),
    "added": _("Pictures in the list: %(count)s."),
    "preparing": _("Looking at your files: %(done)s of %(all)s"),
    "left-out": _("Left out because they are not pictures: %(count)s."),
    "too-many": _("A list holds at most %(most)s pictures. Left out: %(count)s."),
    "again": _("Left out because they are in the list already: %(count)s."),
    "same": _("The same picture as %(file)s"),
    "own": _("Taken differently: %(answer)s"),
    "progress": _("Read: %(done)s of %(all)s"),
    "starting": _("Reading. Pictures to go: %(count)s."),
    "stopped": _("Stopped. Pictures that were not read yet: %(count)s."),
    "finished": _("All pictures are read."),
    "sorted": _("The most suspicious are first."),
    "unsorted": _("Press “Most suspicious first” to sort the new results in."),
    "removed": _("%(file)s is no longer in the list."),
    "cleared": _("The list is empty."),
    "remove": _("Take %(file)s out of the list"),
    "retry": _("Try %(file)s again"),
    "to-server": _("Send %(file)s to this server"),
    "place": _("%(place)s of %(all)s"),
    "loading": _("Getting the model ready. This is needed only once…"),
    "needs-server": _(
        "This browser cannot read this kind of picture exactly as the server does. Nothing of it has been sent."
    ),
    "offline": _("The server does not answer. Check your connection, then try again. Your picture is still here."),
    "busy": _("The server has too much to do at the moment. Wait a minute, then try again."),
    "failed": _("Something went wrong while reading. It was not your picture’s fault; try again in a moment."),
    "mismatch": _("The answer did not belong to this picture, so it is not shown. Try again."),
    "gone": _("This file can no longer be opened. Choose it again."),
}
