"""A language in an address, for the faces that speak two: `<language:language>`. Django takes a converter's name once a process."""

from django.urls import register_converter

from offmon.words.catalogue import Language


class LanguageConverter:
    """A language in an address: `en` or `cy`."""

    regex = "|".join(Language)

    def to_python(self, value: str) -> Language:
        """The language."""
        return Language(value)

    def to_url(self, value: Language) -> str:
        """The language."""
        return value.value


register_converter(LanguageConverter, "language")
