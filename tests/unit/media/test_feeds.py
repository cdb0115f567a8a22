"""What feeds and sitemaps say of videos, in the shapes in which hosts really write them."""

from __future__ import annotations

import gzip
import re
from datetime import date

import pytest

from dlt_sync.media import feeds
from dlt_sync.media.feeds import BadFeed, parse

TODAY = date(2026, 11, 26)
SITE = (re.compile(r"https://media\.academy\.example/v/(\d+)"),)

YOUTUBE_CHANNEL = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns="http://www.w3.org/2005/Atom">
 <link rel="self" href="http://www.youtube.com/feeds/videos.xml?channel_id=UCabcdefghijklmnopqrstuv"/>
 <id>yt:channel:abcdefghijklmnopqrstuv</id>
 <yt:channelId>abcdefghijklmnopqrstuv</yt:channelId>
 <title>Үлгі академиясы</title>
 <published>2020-09-01T06:00:00+00:00</published>
 <entry>
  <id>yt:video:abcdefghijk</id>
  <yt:videoId>abcdefghijk</yt:videoId>
  <title>Дәріс 3. Су гигиенасы</title>
  <link rel="alternate" href="https://www.youtube.com/watch?v=abcdefghijk"/>
  <published>2026-10-01T06:00:00+00:00</published>
  <updated>2026-10-02T06:00:00+00:00</updated>
  <media:group>
   <media:title>Дәріс 3. Су гигиенасы</media:title>
   <media:content url="https://www.youtube.com/v/abcdefghijk?version=3" type="application/x-shockwave-flash"
    width="640" height="390"/>
   <media:thumbnail url="https://i3.ytimg.com/vi/abcdefghijk/hqdefault.jpg" width="480" height="360"/>
   <media:description>Ауыз су туралы &lt;b&gt;дәріс&lt;/b&gt;</media:description>
  </media:group>
 </entry>
</feed>
"""
RSS = """<?xml version="1.0" encoding="windows-1251"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Медиа</title><link>https://media.academy.example/</link><language>ru-RU</language>
<item><title>Лекция &amp; опыт</title><link>https://media.academy.example/v/7/?utm_source=rss</link>
 <pubDate>Mon, 05 Oct 2026 10:00:00 +0500</pubDate>
 <media:content url="https://media.academy.example/files/7.mp4" type="video/mp4" medium="video" duration="2700"/></item>
<item><title>Подкаст</title><link>https://media.academy.example/audio/3</link>
 <enclosure url="https://media.academy.example/3.mp3" type="audio/mpeg" length="1"/></item>
<item><title>Новость</title><link>https://media.academy.example/news/1</link></item>
<item><title>Запись</title><link>https://media.academy.example/news/2</link>
 <enclosure url="https://media.academy.example/files/2.mp4" type="video/mp4" length="100"/></item>
</channel></rss>
"""
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:video="http://www.google.com/schemas/sitemap-video/1.1">
<url><loc>https://media.academy.example/v/8/</loc>
 <video:video>
  <video:thumbnail_loc>https://media.academy.example/t/8.jpg</video:thumbnail_loc>
  <video:title>Топырақ гигиенасы</video:title>
  <video:description><![CDATA[Топырақ <i>туралы</i>]]></video:description>
  <video:content_loc>https://media.academy.example/files/8.mp4</video:content_loc>
  <video:duration>600</video:duration>
  <video:publication_date>2026-09-10T08:00:00+05:00</video:publication_date>
 </video:video></url>
<url><loc>https://media.academy.example/about</loc></url>
<url><loc>https://media.academy.example/old</loc>
 <video:video><video:title>Old</video:title><video:content_loc>https://media.academy.example/o.mp4</video:content_loc>
 <video:expiration_date>2026-01-01</video:expiration_date></video:video></url>
<url><loc>https://media.academy.example/two</loc>
 <video:video><video:title>A</video:title>
  <video:player_loc>https://www.youtube.com/embed/aaaaaaaaaaa</video:player_loc></video:video>
 <video:video><video:title>B</video:title><video:content_loc>https://media.academy.example/b.mp4</video:content_loc>
 </video:video>
 <video:video><video:title>Nowhere</video:title></video:video></url>
</urlset>
"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://media.academy.example/sitemap-1.xml</loc><lastmod>2026-11-01</lastmod></sitemap>
<sitemap><loc>
 https://media.academy.example/sitemap-2.xml.gz </loc></sitemap></sitemapindex>
"""
BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<rss version="2.0"><channel><title>&b;</title></channel></rss>"""
EXTERNAL = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<rss version="2.0"><channel><title>&a;</title></channel></rss>"""


def test_a_channel_of_youtube() -> None:
    feed = parse(YOUTUBE_CHANNEL.encode(), (), TODAY)
    (entry,) = feed.entries
    assert feed.title == "Үлгі академиясы"
    assert entry.address.canonical_url == "https://www.youtube.com/watch?v=abcdefghijk"
    assert (entry.title, entry.published) == ("Дәріс 3. Су гигиенасы", date(2026, 10, 1))
    assert entry.description == "Ауыз су туралы дәріс"
    assert entry.others == ("https://www.youtube.com/watch?v=abcdefghijk",)


def test_rss_with_media_in_windows_1251() -> None:
    feed = parse(RSS.encode("cp1251"), SITE, TODAY)
    first, second = feed.entries
    assert feed.no_videos == 2
    assert (first.address.provider, first.address.external_id, first.language) == ("media_site", "7", "ru")
    assert (first.title, first.duration_s) == ("Лекция & опыт", 2700)
    assert first.others == ("https://media.academy.example/files/7.mp4",)
    assert second.address.canonical_url == "https://media.academy.example/files/2.mp4"


def test_a_video_sitemap() -> None:
    feed = parse(SITEMAP.encode(), SITE, TODAY)
    assert [entry.address.canonical_url for entry in feed.entries] == [
        "https://media.academy.example/v/8",
        "https://www.youtube.com/watch?v=aaaaaaaaaaa",
        "https://media.academy.example/b.mp4",
    ]
    first = feed.entries[0]
    assert (first.title, first.description, first.duration_s) == ("Топырақ гигиенасы", "Топырақ туралы", 600)
    assert (first.published, feed.no_videos) == (date(2026, 9, 10), 1)


def test_an_index_of_sitemaps_packed() -> None:
    assert parse(gzip.compress(INDEX.encode()), (), TODAY).sitemaps == (
        "https://media.academy.example/sitemap-1.xml",
        "https://media.academy.example/sitemap-2.xml.gz",
    )


def test_a_feed_that_is_not_well_formed_is_read_all_the_same() -> None:
    text = YOUTUBE_CHANNEL.replace("</feed>", "<br></feed>").replace("академиясы", "акад & емиясы")
    assert [entry.title for entry in parse(text.encode(), (), TODAY).entries] == ["Дәріс 3. Су гигиенасы"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BOMB.encode(), "entities"),
        (EXTERNAL.encode(), "entities"),
        (BOMB.encode("utf-16"), "entities"),
        (b"<html><body>404</body></html>", "neither"),
        (b"", "neither"),
        (b"\x00\x01\x02", "neither"),
        (b"\x1f\x8bbroken", "broken"),
    ],
)
def test_what_is_no_feed_is_refused_with_a_reason(body: bytes, why: str) -> None:
    with pytest.raises(BadFeed, match=why):
        parse(body, (), TODAY)


def test_what_unpacks_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "UNPACKED", 1000)
    with pytest.raises(BadFeed, match="unpacked"):
        parse(gzip.compress(b" " * 100_000), (), TODAY)
