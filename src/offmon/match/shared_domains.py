"""Domains below which strangers register names: a list entry that named one would make monitoring blanket (R-LEG-5).

Rules
- Nobody owns `co.uk` alone: listing it would record nearly every visit. The same holds for `com`, `sch.uk` and `github.io`.
- Any single label is shared. A kind of name (`KINDS`) is shared below any two-letter country code, used there or not. The tables' entries
  are shared, and any name directly below those of `EACH`.
- A name that ends in a number is an IP address: it must have all four parts, or it is a range.
- The tables are closed and ours, from the Public Suffix List (publicsuffix.org, commit e8c9a2b of 19 August 2026). They hold all entries of
  the United Kingdom's registries. Of other countries they hold the kinds, and what readers of English would meet. Of private hosts they
  hold those where anyone publishes pages in a minute. Towns of Japan, Norway, Italy and Brazil are left out, and most small hosts.
- This stops slips and plain attempts. The two people who approve a list judge broad sites that are no suffix, such as a social network
  (S35). The list's findings show them too.
"""

import re
from typing import Final

# Kinds of name that most countries' registries give out, and their like in Spanish, French and Portuguese.
KINDS: Final = frozenset({"ac", "co", "com", "edu", "gob", "gouv", "gov", "govt", "mil", "net", "nom", "org"})
# Kinds that at least four countries give out, and which: elsewhere they are sites (`web.de`, `id.me`).
RARER: Final = {
    "art": "br do dz ec ht ml sn",
    "asso": "ci dz fr gp ht km mc ml nc re",
    "biz": "az bb cy et fj gh id in ki ls mv mw my ni nr pk pl pr ss tj tr tt vn zm",
    "coop": "ar br ht in km mv mw py rw",
    "firm": "ht in nf ro ve",
    "go": "ci cr id it jp ke kr th tj tz ug",
    "id": "au bd cv fj ir lv ly us vn",
    "ind": "br gt in kw tn",
    "info": "az bb bd bj bo ec eg et fj gu ht hu in ke ki la ls ml mv nf ni nr pl pr ro sd tn tr tt tz ve vn zm",
    "int": "ar az bo ci cv in la lk mv mw ni pt tj ve vn",
    "k12": "ec il tr vi",
    "ltd": "cy gi lk uk",
    "me": "eg in it ke kr so ss tz uk us",
    "med": "br ec ee ht ly om pa sa sd",
    "mobi": "gp ke ng tz",
    "name": "az eg et fj hr mk mv my ng pr qa tj tr tt vn",
    "ne": "jp ke kr tz ug us",
    "or": "at bi ci cr id it jp ke kr mu th tz ug us",
    "priv": "hu me no pl",
    "pro": "az br cy ec fj ht in mv om pr tt vn",
    "rec": "br nf ro ve",
    "sch": "ae bd id ir jo lk ly ng qa sa ss zm",
    "school": "ge in nz za",
    "store": "bb nf ro st ve",
    "tm": "cy dz fr hu km mc no pl ro se za",
    "tv": "bb bd bo br eg im in it jo sd tr tz",
    "web": "bo do gu id lk nf ni pk tj tr ve za",
}
COUNTRIES: Final = {
    # conn, copro and hosp are those of bodies that are gone or small; the rest are Nominet's, and the government's and the police's.
    "uk": """ac co conn copro gov hosp independent-commission independent-inquest independent-inquiry independent-panel
          independent-review ltd me net nhs org plc police public-inquiry royal-commission sch""",
    "ae": "sch",
    "at": "gv",
    "au": "act asn conf nsw nt oz qld sa tas vic wa",
    "br": "adv app art blog dev eco emp eng flog ind inf jus leg log mp psc radio rep tec tur vet vlog wiki",
    "ca": "ab bc gc mb nb nf nl ns nt nu on pe qc sk yk",
    "cn": "ah bj cq fj gd gs gx gz ha hb he hi hk hl hn jl js jx ln mo nm nx qh sc sd sh sn sx tj tw xj xz yn zj",
    "ee": "aip fie lib pri riik",
    "fr": "avoues cci greta huissier-justice prd",
    "hk": "idv",
    "hu": "agrar bolt film forum hotel news reklam sex shop sport suli video",
    "il": "idf muni",
    "in": "5g 6g ai am bank bihar business ca cn cs delhi dr er fin gen gujarat internet io nic pg post res uk up us",
    "jp": "ad ed gr lg",
    "nz": "cri geek gen health iwi kiwi maori parliament",
    "pl": "agro aid auto gmina mail media miasta nieruchomosci pc powiat realestate rel sex shop sklep sos szkola targi travel waw",
    "ro": "arts nt",
    "th": "in mi",
    "tr": "av bbs bel dr gen kep pol tel tsk",
    "tw": "club ebiz game idv",
    "us": """ak al ar as az ca ct dc de dni fl ga gu hi ia id il in isa ks ky la ma md me mi mn mo ms mt nc nd ne nh nj nm nsn
          nv ny oh ok or pa pr ri sc sd tn tx ut va vi vt wa wi wv wy""",
    "za": "agric alt law ngo nic nis",
}
HOSTS: Final = """
    altervista.org amplifyapp.com api.gov.uk appspot.com azurestaticapps.net azurewebsites.net barsy.co.uk base44.app
    bitbucket.io blob.core.windows.net blogspot.com bubbleapps.io campaign.gov.uk carrd.co cdn.cloudflare.net cloudfront.net
    cloudfunctions.net co.com codeberg.page ddns.net de.com deno.dev duckdns.org dyndns.org elasticbeanstalk.com eu.com
    eu.org firebaseapp.com fly.dev framer.app freeddns.org gitbook.io github.io githubusercontent.com gitlab.io glug.org.uk
    herokuapp.com hf.space is-a.dev lovable.app lug.org.uk lugs.org.uk myshopify.com myspreadshop.co.uk netlify.app
    ngrok-free.app ngrok.app ngrok.io nh-serv.co.uk nimsite.uk no-ip.co.uk no-ip.org notion.site now.sh ondigitalocean.app
    onrender.com pages.dev pantheonsite.io pythonanywhere.com r2.dev readthedocs.io repl.co replit.app replit.dev
    s3.amazonaws.com service.gov.uk square.site streamlit.app supabase.co translate.goog trycloudflare.com uk.com
    up.railway.app us.com vercel.app vercel.dev web.app web.core.windows.net webflow.io wixsite.com wixstudio.com
    wixstudio.io workers.dev
"""
EACH: Final = frozenset({"sch.uk", "ck", "er", "fk", "jm", "mm", "np", "pg"})
EXCEPT: Final = frozenset({"www.ck"})
_NAMED: Final = (
    frozenset(HOSTS.split())
    | {f"{kind}.{country}" for kind, countries in RARER.items() for country in countries.split()}
    | {f"{kind}.{country}" for country, kinds in COUNTRIES.items() for kind in kinds.split()}
)
_COUNTRY: Final = re.compile(r"[a-z]{2}")
_IPV4: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")


def is_everybodys(host: str) -> bool:
    """Whether strangers have names below this host (in the form of `sites.normal_host`), so that it names no one site. Never raises."""
    if host.startswith("["):
        return False
    label, _, above = host.partition(".")
    if host.rpartition(".")[2].isdigit():
        return _IPV4.fullmatch(host) is None
    if not above or host in _NAMED:
        return True
    if above in EACH:
        return host not in EXCEPT
    return label in KINDS and _COUNTRY.fullmatch(above) is not None
