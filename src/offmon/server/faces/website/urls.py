"""The addresses of the public site: each page in each language."""

from django.urls import include, path

from offmon.server.base.web import languages  # noqa: F401  # its import makes `<language:…>` known
from offmon.server.base.web.errors import handler400, handler403, handler404, handler500  # noqa: F401  # Django looks here
from offmon.server.base.web.static import static_route
from offmon.server.faces.website import views

in_a_language = [
    path("", views.home, name="home"),
    path("safeguards/", views.safeguards, name="safeguards"),
    path("how-it-works/", views.how, name="how"),
    path("what-is-collected/", views.collected, name="collected"),
    path("supervised-people/", views.article("person"), name="person"),
    path("families/", views.article("family"), name="family"),
    path("victims/", views.article("victims"), name="victims"),
    path("defence-experts/", views.experts, name="experts"),
    path("figures/", views.figures, name="figures"),
    path("contact/", views.contact, name="contact"),
    path("contact/directory/", views.directory, name="directory"),
    path("contact/write/", views.write, name="write"),
    path("contact/sent/", views.sent, name="sent"),
    path("privacy/", views.article("privacy"), name="privacy"),
    path("cookies/", views.cookies, name="cookies"),
    path("cookies/choose/", views.choose, name="choose"),
    path("accessibility/", views.article("accessibility"), name="accessibility"),
    path("complaints/", views.article("complaints"), name="complaints"),
]
urlpatterns = [
    static_route(),
    path("", views.start, name="start"),
    path("<language:language>/", include(in_a_language)),
    path("safeguards.json", views.safeguards_as_data, name="safeguards-as-data"),
    path("figures.json", views.figures_as_data, name="figures-as-data"),
    path("files/<str:name>", views.file, name="file"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
]
