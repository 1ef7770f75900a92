"""Walls, forms and errors are marked and never taken for news; reports on such things are news. All pages were written for
these tests."""

import pytest
from cleaned_pages import article_of

from tidings.records import ArticleKind

LEAD = (
    "The harbour authority in Valmere said on Tuesday that it would close the eastern pier for six weeks after divers found "
    "cracks in four of its pillars, which were built in 1958."
)
MORE = (
    "Fishermen have been given berths on the other side of the basin, and the ferry to Orlen will leave from the old "
    "customs house until the work is done. The authority said that it had asked three firms for offers and that the cost "
    "would be about two million euros, half of which the state will pay. A member of the town council, Ines Varga, "
    "called the delay a scandal and said that the damage had been known since the winter."
)
REST = (
    "Traders on the quay fear for the summer. Last year 48,000 visitors came by boat, and most of them landed at the pier "
    "that is now closed. The mayor promised that a floating landing would be in place before the first of July."
)


def page(body: str, title: str = "Valmere closes eastern pier - Coast Gazette", head: str = "") -> str:
    top = '<header><a href="/">Coast Gazette</a><nav><a href="/w">World</a></nav></header>'
    foot = "<footer><a href='/privacy'>Privacy policy</a> <a href='/login'>Sign in</a></footer>"
    return f"<!doctype html><html lang='en'><head><title>{title}</title>{head}</head><body>{top}{body}{foot}</body></html>"


STORY = f"<h1>Valmere closes eastern pier</h1><p>{LEAD}</p>"
CLOSED = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Pier","isAccessibleForFree":false}</script>'

WALLS = {
    "subscribe after the lead": (f"<article>{STORY}<p>Subscribe to continue reading.</p></article>", ArticleKind.PAYWALL),
    "an offer in a box of its own": (
        f"<article>{STORY}</article><div class='offer'><h3>Subscribe to unlock this article</h3><p>€1 a week</p></div>",
        ArticleKind.PAYWALL,
    ),
    "a long teaser": (
        f"<article>{STORY}<p>{MORE}</p><p>To read the full story, start your free trial today.</p></article>",
        ArticleKind.PAYWALL,
    ),
    "a count of free articles": (
        f"<article>{STORY}<p>You have used all of your free articles this month.</p></article>",
        ArticleKind.PAYWALL,
    ),
    "for subscribers": (
        f"<article>{STORY}<p>This article is for subscribers only. Already a subscriber? Log in.</p></article>",
        ArticleKind.PAYWALL,
    ),
    "only offers": (
        "<h1>Choose your plan</h1><p>Unlimited digital access for you and your family.</p><p>Cancel anytime, we promise.</p>"
        "<p>First month for one euro, then twelve euros billed monthly. You can pay with any card.</p>",
        ArticleKind.PAYWALL,
    ),
    "a free account": (
        f"<article>{STORY}<p>Create a free account to keep reading our stories.</p></article>",
        ArticleKind.LOGIN,
    ),
    "a password form": (
        "<h1>Welcome</h1><form><input name='u'><input type='password' name='p'></form><p>New here?</p>",
        ArticleKind.LOGIN,
    ),
    "a form with its help": (
        "<h1>Your account</h1><p>Please sign in with your email address and password.</p><p>Forgot your password? We will "
        "send you a link. Keep me signed in on this device.</p>",
        ArticleKind.LOGIN,
    ),
    "consent before content": (
        "<h1>Before you continue</h1><p>We use cookies and data to deliver and maintain our services, track outages and "
        "protect against spam.</p><p>If you choose to accept all, we will also use cookies to develop new services and show "
        "you personalised ads. If you choose to reject all, we will not use cookies for these purposes.</p>",
        ArticleKind.CONSENT,
    ),
    "partners and purposes": (
        "<h1>We value your privacy</h1>"
        + "<p>We and our partners store and/or access information on a device, such as cookies, and process personal "
        "data. You may click to consent to our processing or manage options in more detail.</p><p>Some processing may "
        "not require your consent, but you have a right to object where our partners rely on a legitimate interest. "
        "Your choices will apply to this site only. You can withdraw your consent or change your "
        "preferences at any time by returning here.</p>" * 2,
        ArticleKind.CONSENT,
    ),
    "a short banner and nothing else": ("<p>This site uses cookies. Accept all cookies?</p>", ArticleKind.CONSENT),
    "404": ("<h1>Page not found</h1><p>The page you are looking for may have been moved.</p>", ArticleKind.ERROR),
    "a friendly 404 with links": (
        "<h1>Oops!</h1><p>We couldn't find the page you asked for. Here are some of our latest stories instead.</p>"
        "<p>Harvest begins early in the south of the country, and growers hope for a good price this time.</p>",
        ArticleKind.ERROR,
    ),
    "a robot check": (
        "<h1>Are you a robot?</h1><p>We have detected unusual activity from your computer network. To continue, please "
        "click the box below to let us know you're not a robot.</p>",
        ArticleKind.ERROR,
    ),
    "a browser check": (
        "<h1>Just a moment...</h1><p>Enable JavaScript and cookies to continue</p><p>Ray ID: 8c1f</p>",
        ArticleKind.ERROR,
    ),
    "no permission": (
        "<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p><p>Reference #18.2f</p>",
        ArticleKind.ERROR,
    ),
    "another country": (
        "<h1>Sorry</h1><p>We recognise that you are attempting to access this website from a country belonging to the "
        "European Economic Area and therefore cannot grant you access at this time.</p>",
        ArticleKind.ERROR,
    ),
    "a server's error": ("<h1>503 Service Unavailable</h1><p>Please try again later.</p>", ArticleKind.ERROR),
    "a withdrawn story": (
        "<h1>Coast Gazette</h1><p>This story is no longer available. You may find others on our front page.</p>",
        ArticleKind.ERROR,
    ),
    "a headline and nothing else": ("<h1>Valmere closes eastern pier</h1><p>More soon.</p>", ArticleKind.STUB),
}


@pytest.mark.parametrize("name", WALLS)
def test_a_page_without_an_article_says_what_it_is(name: str) -> None:
    body, kind = WALLS[name]
    titles = {"Valmere": "Valmere closes eastern pier - Coast Gazette"}
    assert article_of(page(body, title=titles["Valmere"] if STORY in body else "Coast Gazette")).kind is kind


def test_a_page_that_says_it_is_not_free_is_behind_a_wall_if_it_is_short() -> None:
    assert article_of(page(f"<article>{STORY}</article>", head=CLOSED)).kind is ArticleKind.PAYWALL
    whole = f"<article>{STORY}<p>{MORE}</p><p>{REST}</p><p>{MORE}</p></article>"
    assert article_of(page(whole, head=CLOSED)).kind is ArticleKind.NEWS


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Passwords of 40,000 patients stolen",
            "Thieves have stolen the passwords of 40,000 patients from a hospital in Brask, police said on Monday. The "
            "hospital "
            'told all of them to reset their accounts. A spokeswoman said that a page with the words "forgot your password" '
            "had been copied by the thieves, who sent it to patients by mail.",
        ),
        (
            "Daily puts its stories behind a paywall",
            "The Brask Courier will ask readers to subscribe from July. Its publisher said that three stories a month "
            "would stay free. Readers who reach the limit will see the sentence 'Subscribe to continue reading'. The "
            "union of journalists welcomed the decision and said that work had its price.",
        ),
        (
            "Ministry's site down for hours",
            "The website of the health ministry could not be reached for five hours on Thursday. Visitors saw a white "
            'page with the words "page not found". A fault in a cooling unit was to blame, the ministry said, and no '
            "data had been lost.",
        ),
        (
            "Court fines firm over cookies",
            "A court in Solvang has fined the shop chain Hedmark 300,000 crowns because its website set cookies before "
            "visitors had agreed to it. The judge said that a button to accept all cookies was not enough if there was "
            "none to refuse. The firm said that it would appeal.",
        ),
        ("Sign in the sky", f"{LEAD} A banner behind a plane told the bathers of it in the afternoon, to general surprise."),
    ],
)
def test_a_report_on_walls_and_errors_is_news(title: str, text: str) -> None:
    assert article_of(page(f"<article><h1>{title}</h1><p>{text}</p></article>", title=title)).kind is ArticleKind.NEWS


@pytest.mark.parametrize(
    "beside",
    [
        "<div class='cookie-banner'><p>We use cookies. Accept all cookies or manage preferences.</p></div>",
        "<div class='top'><a href='/login'>Already a subscriber? Log in</a></div>",
        "<div class='letter'><h3>Our newsletter</h3><p>Sign up and get the news of the coast every morning.</p></div>",
        "<form><input name='mail'><input type='password'></form>",
    ],
)
def test_walls_beside_a_whole_article_do_not_hide_it(beside: str) -> None:
    article = article_of(page(f"{beside}<article>{STORY}<p>{MORE}</p><p>{REST}</p></article>"))
    assert article.kind is ArticleKind.NEWS
    assert "cookies" not in article.text
    assert article.text.startswith("The harbour authority")


def test_a_short_text_without_spaces_is_another_language_and_no_stub() -> None:
    text = (
        "先日、港の東桟橋が修理のため六週間閉鎖されることになったと当局が発表した。潜水士が柱に亀裂を見つけたためである。"
        * 3
    )
    article = article_of(page(f"<article><h1>東桟橋</h1><p>{text}</p></article>", title="東桟橋"))
    assert (article.kind, article.language) == (ArticleKind.OTHER_LANGUAGE, "ja")


def linked(node: str) -> str:
    return f'<script type="application/ld+json">{node}</script>'


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (linked('{"@type":"NewsArticle","isAccessibleForFree":"False"}'), ArticleKind.PAYWALL),
        (linked('{"@type":"NewsArticle","hasPart":{"isAccessibleForFree":false,"cssSelector":".a"}}'), ArticleKind.PAYWALL),
        (linked('{"@type":"WebPage","isAccessibleForFree":false}'), ArticleKind.PAYWALL),
        ('<meta property="article:content_tier" content="locked">', ArticleKind.PAYWALL),
        (
            linked('{"@type":"NewsArticle","isAccessibleForFree":true,"hasPart":[{}]}'),
            ArticleKind.NEWS,
        ),
        ('<meta property="article:content_tier" content="free">', ArticleKind.NEWS),
        ('<meta property="article:content_tier" content="metered">', ArticleKind.NEWS),
    ],
)
def test_what_a_page_tells_machines_of_its_price_is_heard(head: str, kind: ArticleKind) -> None:
    assert article_of(page(f"<article>{STORY}</article>", head=head)).kind is kind


@pytest.mark.parametrize(
    "line",
    [
        "This is a member-only story. Upgrade to read the rest.",
        "Continue reading your article with an FT subscription",
        "Sign up to read this article. It takes less than a minute.",
        "You have read your last complimentary story.",
        "Subscriber content preview",
        "Support quality journalism. Get full access to this story and everything we publish for £1 a week.",
    ],
)
def test_a_line_that_asks_to_pay_for_the_rest_marks_the_beginning_of_a_story(line: str) -> None:
    assert article_of(page(f"<article>{STORY}<p>{line}</p></article>")).kind is ArticleKind.PAYWALL


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Sorry, we can't find that page",
            "The link may be broken. Here are stories that we chose for you.",
        ),
        (
            "We'll be right back",
            "Our engineers will have the site back within the hour. Thank you.",
        ),
        ("Whoops!", "It looks like that page has moved. Use the search box above to find what you want, if you can."),
        (
            "coast.example is for sale",
            "This domain may be for sale. Its owner asks 2,995 dollars.",
        ),
    ],
)
def test_an_apology_or_an_offer_is_an_error(title: str, text: str) -> None:
    assert (
        article_of(page(f"<h1>{title}</h1><p>{text} The editors wish you a nice day.</p>", title)).kind is ArticleKind.ERROR
    )


@pytest.mark.parametrize("title", ["Access denied to reporters at trial", "Something went wrong at the dam", "Sorry state"])
def test_a_short_report_whose_title_begins_like_an_error_is_news(title: str) -> None:
    assert article_of(page(f"<h1>{title}</h1><p>{LEAD}</p>", title)).kind is ArticleKind.NEWS


def test_a_form_for_a_password_with_few_words_and_no_byline_is_a_login() -> None:
    form = "<form><input name=u><input type=password></form>"
    words = (
        "Welcome back to the members' area of the paper. Enter the name and the word that were sent by mail. The desk "
        "helps on working days between nine and five."
    )
    assert article_of(page(f"<h1>Members' area</h1><p>{words}</p>{form}", "Members' area")).kind is ArticleKind.LOGIN
    signed = f"<h1>Pier closed</h1><p>By Ida Nolan, 12 June 2025</p><p>{LEAD}</p>{form}"
    assert article_of(page(signed, "Pier closed")).kind is ArticleKind.NEWS
