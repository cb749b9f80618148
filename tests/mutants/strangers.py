"""What keeps a stranger's word from being believed, and a stranger's text from being work."""

from tests.mutants.guard import Guard

SIGNATURES = "chalicelib/notify/notices.py"
HEARING = "chalicelib/services/notices.py"
BOUNDED = "chalicelib/bounded.py"
SIGNATURE_TESTS = "tests/unit/test_notices.py"
HEARING_TESTS = "tests/store/test_notices.py"
HOSTILE_TEXT = "tests/abuse/test_hostile_text.py"
INJECTIONS = "tests/abuse/test_injections.py"

GUARDS = {
    "notice-is-checked": Guard(
        HEARING,
        "        _check(house, notice)\n",
        "        pass\n",
        f"{HEARING_TESTS}::test_a_forged_notice_is_refused_and_comes_again",
        f"{HEARING_TESTS}::test_no_setting_switches_the_check_off",
    ),
    "notices-are-all-checked-before-one-is-heard": Guard(
        HEARING,
        "    for notice in ours:\n",
        "    for notice in ours[:1]:\n",
        f"{HEARING_TESTS}::test_one_forged_notice_among_others_stops_them_all",
    ),
    "notice-is-of-our-topic": Guard(
        HEARING,
        'if topic and notice["TopicArn"] == topic]',
        "if topic]",
        f"{HEARING_TESTS}::test_a_notice_of_another_topic_is_left",
    ),
    "notice-is-signed": Guard(
        SIGNATURES,
        "        key.verify(signature, _signed_text(notice), PKCS1v15(), SHA256())\n",
        "",
        f"{SIGNATURE_TESTS}::test_another_signature_is_refused",
        f"{SIGNATURE_TESTS}::test_nothing_that_is_signed_can_be_changed_or_left_out",
        f"{SIGNATURE_TESTS}::test_what_another_key_signed_is_refused",
    ),
    "notice-is-signed-as-the-topic-is-set-to": Guard(
        SIGNATURES,
        '    if notice.get("SignatureVersion") != "2":\n',
        "    if not notice:\n",
        f"{SIGNATURE_TESTS}::test_the_weaker_version_of_signatures_is_refused_even_if_it_is_right",
    ),
    "certificate-is-in-its-time": Guard(
        SIGNATURES,
        "    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:\n",
        "    if not certificate.not_valid_before_utc <= now:\n",
        f"{SIGNATURE_TESTS}::test_what_another_key_signed_is_refused",
    ),
    "certificate-lies-at-snss-own-host": Guard(
        SIGNATURES,
        "re.fullmatch(re.escape(host) + _FILE, place)",
        're.fullmatch("https://[^/]*" + _FILE, place)',
        f"{SIGNATURE_TESTS}::test_no_other_place_is_asked_for_a_certificate",
        f"{HEARING_TESTS}::test_a_certificate_elsewhere_is_not_asked_for",
    ),
    "certificate-lies-where-sns-keeps-them": Guard(
        SIGNATURES,
        "re.fullmatch(re.escape(host) + _FILE, place)",
        "re.match(re.escape(host) + _FILE, place)",
        f"{SIGNATURE_TESTS}::test_no_other_place_is_asked_for_a_certificate",
    ),
    "certificate-is-of-so-many-bytes": Guard(
        SIGNATURES,
        "len(received) > LARGEST_CERTIFICATE or ",
        "",
        f"{SIGNATURE_TESTS}::test_what_is_no_certificate_is_not_taken",
    ),
    "certificate-is-waited-for-so-long": Guard(
        SIGNATURES,
        " or time.monotonic() > deadline",
        "",
        f"{SIGNATURE_TESTS}::test_a_server_that_takes_its_time_is_not_waited_for",
    ),
    "header-is-read-so-far": Guard(
        BOUNDED,
        "value[:LONGEST_HEADER]",
        "value",
        f"{HOSTILE_TEXT}::test_no_mail_keeps_us_busy",
    ),
    "mail-has-so-many-parts": Guard(
        BOUNDED,
        "_PART.finditer(raw)) <= MOST_PARTS\n",
        "_PART.finditer(raw)) >= 0\n",
        f"{HOSTILE_TEXT}::test_no_mail_keeps_us_busy",
    ),
    "tag-without-an-end-is-text": Guard(
        "chalicelib/notify/inbound.py",
        '    reader.feed(f"{shown}>{escape(unclosed)}" if shown else escape(unclosed))\n',
        '    reader.feed(f"{shown}>{unclosed}" if shown else unclosed)\n',
        f"{HOSTILE_TEXT}::test_no_html_keeps_us_busy",
    ),
    "form-has-so-many-parts": Guard(
        "chalicelib/web/forms.py",
        "_PART_NAME.finditer(sent)) > MOST_FIELDS or _INNER_FORM.search(sent)",
        "_PART_NAME.finditer(sent)) < 0",
        f"{HOSTILE_TEXT}::test_no_multipart_form_keeps_us_busy",
    ),
    "header-of-a-mail-is-one-line": Guard(
        "chalicelib/notify/carriers.py",
        '"Value": one_line(value)}',
        '"Value": value}',
        f"{INJECTIONS}::test_nothing_in_a_mail_becomes_a_header_of_its_own",
    ),
    "address-ends-no-header": Guard(
        "chalicelib/web/answers.py",
        'quote(place, safe="/?=&%")',
        "place",
        f"{INJECTIONS}::test_what_somebody_typed_into_an_address_ends_no_header",
    ),
    "what-people-wrote-is-text": Guard(
        "chalicelib/locales/jinja.py",
        "        autoescape=escaping,",
        "        autoescape=False,",
        f"{INJECTIONS}::test_what_people_wrote_is_text_on_every_page_that_shows_it",
    ),
}
