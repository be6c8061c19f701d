"""Every sentence that reading, importing and undoing can say, listed for translation (see shell.sentences)."""

from django.utils.translation import gettext_noop

SENTENCES = (
    # A whole file
    gettext_noop("%(file)s is a folder: name the files in it, one by one."),
    gettext_noop("%(file)s cannot be opened: %(error)s."),
    gettext_noop("The file cannot be read any more: %(error)s."),
    gettext_noop("The file could not be taken in, and trying again gave the same. Tell us: it is ours to mend."),
    gettext_noop(
        "The file could not be taken in for a reason nobody foresaw, and nothing of it is kept. Tell us: it is ours to mend."
    ),
    gettext_noop("The file is empty: nothing was imported."),
    gettext_noop("The file is in UTF-16: save it as UTF-8 (“CSV UTF-8” in a spreadsheet) and import it again."),
    gettext_noop("The file is a ZIP or a spreadsheet (XLSX): import it with the format “table”."),
    gettext_noop("The file is compressed with gzip: decompress it and import it again."),
    gettext_noop("The file holds NUL bytes throughout: it is not a text file of telephone records."),
    gettext_noop("The only row cannot be read: in line %(line)s, %(reason)s."),
    gettext_noop("None of the first %(rows)s rows can be read: in line %(line)s, %(reason)s."),
    gettext_noop("This is not %(chosen)s: %(advice)s. Choose the format of the file and import it again."),
    gettext_noop("it looks like %(other)s"),
    gettext_noop("its line %(line)s begins “%(text)s”"),
    gettext_noop("a queue_log of Asterisk (epoch|callid|queue|agent|EVENT|...)"),
    gettext_noop("channel events (CEL) of Asterisk as CSV"),
    gettext_noop("call detail records (CDR) of Asterisk as CSV"),
    gettext_noop("a table with a header, for the format “table”"),
    gettext_noop("The import is still running: wait until it is done."),
    gettext_noop("The import failed and nothing of it is kept: there is nothing to undo."),
    # A spreadsheet
    gettext_noop("The spreadsheet is damaged: open it, save it again as XLSX and import that file."),
    gettext_noop("The spreadsheet cannot be read: open it, save it again as XLSX and import that file."),
    gettext_noop(
        "The spreadsheet would unpack to %(megabytes)s MB in %(parts)s parts, which no list of calls does: "
        "it was refused before unpacking. Save the calls as CSV and import that."
    ),
    gettext_noop("The file is a ZIP but no spreadsheet: unpack it and import the file inside."),
    gettext_noop(
        "Row %(row)s of the spreadsheet has %(columns)s columns and no list of calls has more than %(most)s: "
        "delete the columns that are not needed and import it again."
    ),
    gettext_noop(
        "The texts of the spreadsheet need more than %(megabytes)s MB of memory: save the calls as CSV and import that."
    ),
    # A table and its mapping
    gettext_noop("A table needs a mapping that says which column is which."),
    gettext_noop("The header of the table cannot be read: %(reason)s."),
    gettext_noop(
        "The table has no column “%(column)s”: its columns are %(columns)s. "
        "Correct the mapping or choose the right file."
    ),
    gettext_noop(
        "The table has %(number)s columns and no list of calls has more than %(most)s: "
        "delete the columns that are not needed and import it again."
    ),
    gettext_noop("The table has the column “%(column)s” twice: give one of them another name and import it again."),
    gettext_noop("The mapping has an unknown key “%(key)s”: it may have %(keys)s."),
    gettext_noop("The mapping does not say which column holds the time of arrival (“arrived”)."),
    gettext_noop('“outcome” of the mapping must be like {"column": "result", "values": {"OK": "ANSWERED"}}.'),
    gettext_noop("“%(word)s” is not an outcome: use %(words)s."),
    gettext_noop("“%(encoding)s” is not an encoding: use utf-8, latin-1 or cp1252."),
    gettext_noop("The delimiter of the mapping must be one character, such as , ; or a tab."),
    gettext_noop("“%(name)s” of the mapping names %(number)s columns: one moment, or a date and a time."),
    gettext_noop("“%(zone)s” is not a time zone: write it like Europe/Madrid."),
    gettext_noop("“%(form)s” in %(name)s of the mapping cannot be read: write it like %%d/%%m/%%Y or %%H:%%M:%%S."),
    gettext_noop("“%(name)s” of the mapping must be a list of column names."),
    # A switchboard's settings
    gettext_noop("The settings of a switchboard must be one JSON object."),
    gettext_noop("“%(name)s” is no setting of a switchboard: there are %(names)s."),
    gettext_noop("“%(name)s” must be a list of texts."),
    gettext_noop("“%(pattern)s” in desk_telephones is not a regular expression: %(error)s."),
    # Why a setting is unknown
    gettext_noop("no record imported so far shows a channel with calls from outside"),
    gettext_noop("no CEL record imported so far shows where calls from outside enter"),
    gettext_noop("no record imported so far names the channels of telephones"),
    gettext_noop("no context seen so far is named like one for closed hours; name it in the settings"),
    gettext_noop("no context seen so far records messages or is named like a voicemail"),
    gettext_noop("no context seen so far plays a menu"),
    # A row
    gettext_noop("a double quote is opened and never closed"),
    gettext_noop("the row is longer than %(bytes)s bytes, which no telephone record is"),
    gettext_noop("the row holds NUL bytes"),
    gettext_noop("a cell of the row names a text that the spreadsheet does not hold"),
    gettext_noop("the file was still being written here: import it again when the row is whole"),
    gettext_noop("the row cannot be split into cells: a line ends in the middle of one, or one is far too long"),
    gettext_noop("byte %(place)s of the row is not %(encoding)s: save the file as UTF-8"),
    gettext_noop("a text of the row has %(length)s characters, and none may have more than %(most)s"),
    gettext_noop("the time is before 1980: the switchboard's clock was not set"),
    gettext_noop("the time is after 2100: the switchboard's clock is wrong"),
    gettext_noop("the row must begin with the time in seconds since 1970, not “%(text)s”"),
    gettext_noop("the row has %(fields)s fields; a queue_log row has at least 5, separated by |"),
    gettext_noop("%(event)s must have at most %(most)s data fields and has %(fields)s"),
    gettext_noop("%(event)s must have at least %(fewest)s data fields and has %(fields)s"),
    gettext_noop("“%(text)s” is not a time"),
    gettext_noop("the row has %(columns)s columns; a CEL row has 19 or 20"),
    gettext_noop("the row names no event or no channel id"),
    gettext_noop("“%(text)s” is not the time of an event"),
    gettext_noop("the row has %(columns)s columns and no start where a CDR has it (column 9 or 10)"),
    gettext_noop("a time or a duration of the row cannot be read: %(text)s"),
    gettext_noop("the call ends before it starts"),
    gettext_noop("the call lasts more than 30 days"),
    gettext_noop("the call was answered before it started"),
    gettext_noop("the row has %(cells)s cells and the header has %(columns)s"),
    gettext_noop("the outcome “%(word)s” is not in the mapping"),
    gettext_noop("the row says no time of arrival"),
    gettext_noop("the row ends, or is answered, before it begins"),
    gettext_noop("a duration of the row is negative"),
    gettext_noop("“%(text)s” is not a duration in seconds, or is longer than 30 days"),
    gettext_noop("“%(text)s” is not a time like %(form)s"),
    gettext_noop("“%(text)s” is not a date like %(form)s"),
    gettext_noop("“%(text)s” is not a moment like %(form)s"),
    gettext_noop("the call has more rows than any call can have: the id that they share is wrong"),
    gettext_noop("another row with the same key and other values is there already"),
)
