"""What templates receive: frozen view models that hold only what is printed.

A page is one dataclass with the name of its template; whoever fills it has already formatted
every text in the reader's language and made every address. Templates loop, include and print.
"""
