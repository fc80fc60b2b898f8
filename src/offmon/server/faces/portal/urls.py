"""The addresses of the portal: each page in each language. None says whose page it is, or what it is about."""

from django.urls import include, path

from offmon.core.person.deadlines import RequestKind
from offmon.server.base.web import languages  # noqa: F401  # its import makes `<language:…>` known
from offmon.server.base.web.converters import known_in_addresses
from offmon.server.base.web.errors import handler400, handler403, handler404, handler500  # noqa: F401  # Django looks here
from offmon.server.base.web.static import static_route
from offmon.server.faces.portal import views
from offmon.words.forms import NoticeFormat

known_in_addresses("kind", RequestKind, "|".join(RequestKind))  # of what is asked for
known_in_addresses("form", NoticeFormat, "|".join(form for form in NoticeFormat if form is not NoticeFormat.PAGE))

in_a_language = [
    path("", views.sign_in, name="sign-in"),
    path("first/", views.first, name="first"),
    path("leave/", views.leave, name="leave"),
    path("now/", views.now, name="now"),
    path("end/", views.end, name="end"),
    path("end/file/", views.end_file, name="end-file"),
    path("never/", views.never, name="never"),
    path("stop/", views.stop, name="stop"),
    path("notice/", views.notice, name="notice"),
    path("notice/<form:form>/", views.notice, name="notice-in"),
    path("told/", views.told, name="told"),
    path("told/file/", views.told_file, name="told-file"),
    path("ask/", views.ask, name="ask"),
    path("ask/<kind:kind>/", views.ask_for, name="ask-for"),
]
urlpatterns = [
    static_route(),
    path("", views.start, name="start"),
    path("<language:language>/", include(in_a_language)),
]
