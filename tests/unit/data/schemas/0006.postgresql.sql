SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.journal_entry_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TABLE public.academic_session (
    type character varying(10) NOT NULL,
    name character varying(50) NOT NULL,
    parent_id character varying(100),
    begin date NOT NULL,
    "end" date NOT NULL,
    weeks integer,
    sourced_id character varying(100) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.applied (
    kind character varying(20) NOT NULL,
    key character varying(255) NOT NULL,
    course_key character varying(255) NOT NULL,
    moodle_id integer NOT NULL,
    fields json NOT NULL,
    label character varying(500) NOT NULL,
    unit character varying(500) NOT NULL,
    run_id integer,
    written_at timestamp with time zone NOT NULL,
    removed_at timestamp with time zone
);
CREATE TABLE public.cohort_member (
    cohort_id character varying(100) NOT NULL,
    person_id character varying(100) NOT NULL,
    begin date,
    "end" date,
    leave_from date,
    leave_to date,
    order_no character varying(100) NOT NULL,
    sourced_id character varying(100) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.discipline (
    code character varying(50) NOT NULL,
    code_as_printed character varying(50) NOT NULL,
    name_kk character varying(255) NOT NULL,
    name_ru character varying(255) NOT NULL,
    name_en character varying(255) NOT NULL,
    kafedra_id character varying(100) NOT NULL,
    ects integer NOT NULL,
    sourced_id character varying(100) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.employment (
    person_id character varying(100) NOT NULL,
    org_id character varying(100) NOT NULL,
    "position" character varying(255) NOT NULL,
    rate double precision,
    is_main boolean NOT NULL,
    begin date,
    "end" date,
    order_no character varying(100) NOT NULL,
    sourced_id character varying(100) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.enrolment (
    offering_id character varying(100) NOT NULL,
    person_id character varying(100) NOT NULL,
    role character varying(10) NOT NULL,
    cohort_id character varying(100),
    begin date,
    "end" date,
    state character varying(10) NOT NULL,
    order_no character varying(100) NOT NULL,
    sourced_id character varying(100) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.import_batch (
    number integer NOT NULL,
    mode character varying(10) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    run_by character varying(255) NOT NULL,
    verdict character varying(10) NOT NULL,
    counts json NOT NULL
);
CREATE TABLE public.import_file (
    batch_id integer NOT NULL,
    entity character varying(30) NOT NULL,
    name character varying(500) NOT NULL,
    sha256 character varying(64) NOT NULL,
    rows integer NOT NULL,
    bytes integer NOT NULL,
    modified_at timestamp with time zone NOT NULL
);
CREATE TABLE public.journal_entry (
    id integer NOT NULL,
    run_id integer NOT NULL,
    written_at timestamp with time zone NOT NULL,
    kind character varying(20) NOT NULL,
    key character varying(255) NOT NULL,
    action character varying(10) NOT NULL,
    label character varying(500) NOT NULL,
    unit character varying(500) NOT NULL,
    before json,
    after json NOT NULL,
    reason text NOT NULL,
    moodle_id integer,
    result character varying(10) NOT NULL,
    errorcode character varying(100) NOT NULL,
    message text NOT NULL,
    duration_ms integer NOT NULL
);
CREATE SEQUENCE public.journal_entry_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.journal_entry_id_seq OWNED BY public.journal_entry.id;
CREATE TABLE public.link_check (
    url character varying(1000) NOT NULL,
    host character varying(255) NOT NULL,
    provider character varying(20) NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    verdict character varying(15) NOT NULL,
    verdict_since timestamp with time zone NOT NULL,
    first_failed_at timestamp with time zone,
    fail_streak integer NOT NULL,
    last_ok_at timestamp with time zone,
    http_status integer,
    title_seen character varying(255) NOT NULL,
    duration_seen_s integer,
    moved_to character varying(1000) NOT NULL,
    detail text NOT NULL,
    etag character varying(255) NOT NULL,
    last_modified character varying(100) NOT NULL
);
CREATE TABLE public.marked_digest (
    kind character varying(20) NOT NULL,
    scope character varying(255) NOT NULL,
    mark character varying(64) NOT NULL,
    digest_count bigint NOT NULL,
    digest_low bigint NOT NULL,
    digest_high bigint NOT NULL,
    hashed_at timestamp with time zone NOT NULL
);
CREATE TABLE public.moodle_event (
    id integer NOT NULL,
    name character varying(50) NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    kind character varying(20) NOT NULL,
    key character varying(255) NOT NULL,
    by character varying(255) NOT NULL,
    data json NOT NULL
);
CREATE TABLE public.offering (
    discipline_id character varying(100) NOT NULL,
    session_id character varying(100) NOT NULL,
    language character varying(2) NOT NULL,
    programme_id character varying(100) NOT NULL,
    study_year integer NOT NULL,
    kafedra_id character varying(100) NOT NULL,
    term_no integer NOT NULL,
    delivery_mode character varying(10) NOT NULL,
    ects integer NOT NULL,
    begin date,
    "end" date,
    sourced_id character varying(100) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL,
    hours_lecture integer
);
CREATE TABLE public.org (
    type character varying(10) NOT NULL,
    parent_id character varying(100),
    name_kk character varying(255) NOT NULL,
    name_ru character varying(255) NOT NULL,
    name_en character varying(255) NOT NULL,
    doc_index character varying(50) NOT NULL,
    head_id character varying(100),
    dlt_contact_id character varying(100),
    opened_on date,
    closed_on date,
    sourced_id character varying(100) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.override (
    id integer NOT NULL,
    kind character varying(20) NOT NULL,
    key character varying(255) NOT NULL,
    field character varying(50) NOT NULL,
    owner character varying(255) NOT NULL,
    reason text NOT NULL,
    until timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.override_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.override_id_seq OWNED BY public.override.id;
CREATE TABLE public.person (
    type character varying(10) NOT NULL,
    family_name character varying(100) NOT NULL,
    given_name character varying(100) NOT NULL,
    patronymic character varying(100) NOT NULL,
    single_name boolean NOT NULL,
    iin_status character varying(12) NOT NULL,
    iin_digest character varying(64) NOT NULL,
    iin_last4 character varying(4) NOT NULL,
    username character varying(100) NOT NULL,
    email character varying(100) NOT NULL,
    preferred_language character varying(2) NOT NULL,
    primary_org_id character varying(100),
    sourced_id character varying(100) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.plan (
    hash character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    run_id integer,
    state character varying(12) NOT NULL,
    content text NOT NULL,
    violations json NOT NULL
);
CREATE TABLE public.programme (
    code character varying(50) NOT NULL,
    code_as_printed character varying(50) NOT NULL,
    name_kk character varying(255) NOT NULL,
    name_ru character varying(255) NOT NULL,
    name_en character varying(255) NOT NULL,
    level character varying(12) NOT NULL,
    group_code character varying(50) NOT NULL,
    faculty_id character varying(100),
    distance_form_allowed boolean,
    valid_from date,
    valid_to date,
    sourced_id character varying(100) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.quarantine (
    id integer NOT NULL,
    batch_id integer NOT NULL,
    entity character varying(30) NOT NULL,
    sourced_id character varying(100),
    subject character varying(255) NOT NULL,
    file character varying(500) NOT NULL,
    "row" integer NOT NULL,
    field character varying(50) NOT NULL,
    value character varying(100) NOT NULL,
    rule character varying(50) NOT NULL,
    severity character varying(10) NOT NULL,
    message text NOT NULL,
    remedy text NOT NULL,
    state character varying(10) NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone
);
CREATE SEQUENCE public.quarantine_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.quarantine_id_seq OWNED BY public.quarantine.id;
CREATE TABLE public.run (
    id integer NOT NULL,
    mode character varying(10) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    verdict character varying(10) NOT NULL,
    host character varying(255) NOT NULL,
    run_by character varying(255) NOT NULL,
    plan_hash character varying(64) NOT NULL,
    counts json NOT NULL,
    summary text NOT NULL,
    approved_by character varying(255) NOT NULL,
    because text NOT NULL,
    undoes_run_id integer
);
CREATE SEQUENCE public.run_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.run_id_seq OWNED BY public.run.id;
CREATE TABLE public.sent_batch (
    id character varying(36) NOT NULL,
    run_id integer NOT NULL,
    kind character varying(20) NOT NULL,
    operations text NOT NULL,
    sent_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone
);
CREATE TABLE public.settled_scope (
    kind character varying(20) NOT NULL,
    scope character varying(255) NOT NULL,
    stamp character varying(64) NOT NULL,
    digest_count bigint NOT NULL,
    digest_low bigint NOT NULL,
    digest_high bigint NOT NULL,
    present integer NOT NULL,
    wanted integer NOT NULL,
    basis character varying(64) DEFAULT ''::character varying NOT NULL,
    fields character varying(255) DEFAULT ''::character varying NOT NULL,
    batch_id integer DEFAULT 0 NOT NULL,
    run_id integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.study_cohort (
    name character varying(254) NOT NULL,
    programme_id character varying(100) NOT NULL,
    study_year integer NOT NULL,
    language character varying(2) NOT NULL,
    adviser_id character varying(100),
    academic_year character varying(9) NOT NULL,
    sourced_id character varying(100) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.topic (
    sourced_id character varying(100) NOT NULL,
    offering_id character varying(100),
    discipline_id character varying(100),
    number integer NOT NULL,
    kind character varying(10) NOT NULL,
    title_kk character varying(255) NOT NULL,
    title_ru character varying(255) NOT NULL,
    title_en character varying(255) NOT NULL,
    hours double precision,
    week_no integer,
    requires_video boolean,
    no_video_reason character varying(255) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    changed_on date
);
CREATE TABLE public.video_asset (
    sourced_id character varying(100) NOT NULL,
    discipline_id character varying(100) NOT NULL,
    kafedra_id character varying(100),
    replaces_id character varying(100),
    kind character varying(10) NOT NULL,
    language character varying(2) NOT NULL,
    title character varying(255) NOT NULL,
    author_ids character varying(1000) NOT NULL,
    recorded_on date,
    published_on date,
    duration_s integer,
    url character varying(1000) NOT NULL,
    state character varying(10) NOT NULL,
    review_due_on date,
    shows_patient boolean NOT NULL,
    consent_ref character varying(100) NOT NULL,
    captions character varying(20) NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL,
    date_last_modified timestamp with time zone NOT NULL,
    moved_to character varying(1000) DEFAULT ''::character varying NOT NULL
);
CREATE TABLE public.video_placement (
    sourced_id character varying(100) NOT NULL,
    video_id character varying(100) NOT NULL,
    topic_id character varying(100) NOT NULL,
    offering_id character varying(100),
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL,
    date_last_modified timestamp with time zone NOT NULL
);
CREATE TABLE public.video_request (
    sourced_id character varying(100) NOT NULL,
    type character varying(12) NOT NULL,
    discipline_id character varying(100),
    offering_id character varying(100),
    topic_id character varying(100),
    video_id character varying(100),
    asked_by_id character varying(100),
    language character varying(2) NOT NULL,
    title character varying(255) NOT NULL,
    url character varying(1000) NOT NULL,
    notes text NOT NULL,
    place character varying(255) NOT NULL,
    wished character varying(255) NOT NULL,
    asked_by character varying(255) NOT NULL,
    stage character varying(12) NOT NULL,
    stage_changed_at timestamp with time zone,
    planned_on date,
    specialist character varying(255) NOT NULL,
    reason character varying(255) NOT NULL,
    dates json NOT NULL,
    shown character varying(64) DEFAULT ''::character varying NOT NULL,
    status character varying(12) NOT NULL,
    batch_id integer NOT NULL,
    source_row integer NOT NULL,
    changed_in integer DEFAULT 0 NOT NULL,
    date_last_modified timestamp with time zone NOT NULL
);
CREATE TABLE public.video_request_stage (
    id integer NOT NULL,
    request_id character varying(100) NOT NULL,
    stage character varying(12) NOT NULL,
    reached_at timestamp with time zone NOT NULL,
    by character varying(255) NOT NULL,
    source character varying(10) NOT NULL,
    note text NOT NULL
);
CREATE SEQUENCE public.video_request_stage_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.video_request_stage_id_seq OWNED BY public.video_request_stage.id;
ALTER TABLE ONLY public.journal_entry ALTER COLUMN id SET DEFAULT nextval('public.journal_entry_id_seq'::regclass);
ALTER TABLE ONLY public.override ALTER COLUMN id SET DEFAULT nextval('public.override_id_seq'::regclass);
ALTER TABLE ONLY public.quarantine ALTER COLUMN id SET DEFAULT nextval('public.quarantine_id_seq'::regclass);
ALTER TABLE ONLY public.run ALTER COLUMN id SET DEFAULT nextval('public.run_id_seq'::regclass);
ALTER TABLE ONLY public.video_request_stage ALTER COLUMN id SET DEFAULT nextval('public.video_request_stage_id_seq'::regclass);
INSERT INTO public.academic_session VALUES ('term', '2026-2027/1', NULL, '2026-09-01', '2027-01-16', 20, 'plt:term:1', 'active', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.alembic_version VALUES ('0006');
INSERT INTO public.applied VALUES ('user', 'plt:student:910001', '', 11, '{"username": "s910001", "suspended": false}', 'Сағынбекқызы Әйгерім', 'Гигиена', 1, '2026-11-16 02:30:00+00', NULL);
INSERT INTO public.cohort_member VALUES ('plt:group:501', 'plt:student:910001', '2026-09-01', NULL, NULL, NULL, '212-с', 'plt:member:1', 'active', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.discipline VALUES ('GIE3201', 'GiE 3201', 'Гигиена', 'Гигиена', 'Hygiene', 'plt:cafedra:59', 4, 'plt:subject:302', 'active', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.employment VALUES ('plt:tutor:820001', 'plt:cafedra:59', 'lecturer', 0.75, true, '2026-09-01', NULL, '101-ж', 'plt:employment:1', 'active', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.enrolment VALUES ('plt:offering:17', 'plt:student:910001', 'student', 'plt:group:501', NULL, NULL, 'active', '212-с', 'plt:enrolment:1', 'active', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.import_batch VALUES (1, 'full', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00', 'methodist', 'partial', '{"person": {"created": 2, "set_aside": 1}}');
INSERT INTO public.import_batch VALUES (2, 'full', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00', 'methodist', 'partial', '{"person": {"created": 2, "set_aside": 1}}');
INSERT INTO public.import_file VALUES (1, 'person', 'person.csv', 'abababababababababababababababababababababababababababababababab', 3, 400, '2026-11-16 02:30:00+00');
INSERT INTO public.journal_entry VALUES (5, 1, '2026-11-16 02:30:00+00', 'user', 'plt:student:910001', 'create', 'Сағынбекқызы Әйгерім', 'Гигиена', 'null', '{"username": "s910001"}', 'import 1', 11, 'done', '', '', 3);
INSERT INTO public.link_check VALUES ('https://media.academy.example/1', 'media.academy.example', 'page', '2026-11-16 02:30:00+00', 'ok', '2026-11-16 02:30:00+00', NULL, 0, NULL, 200, 'Су', NULL, '', '', 'x', '');
INSERT INTO public.marked_digest VALUES ('enrolment', 'plt:offering:17', 'abababababababababababababababababababababababababababababababab', 3, 1099511627776, 2199023255552, '2026-11-16 02:30:00+00');
INSERT INTO public.moodle_event VALUES (101, 'deleted', '2026-11-16 02:30:00+00', 'user', 'plt:student:910001', 'Admin', '{"a": 1}');
INSERT INTO public.offering VALUES ('plt:subject:302', 'plt:term:1', 'kk', 'plt:programme:1', 3, 'plt:cafedra:59', 5, 'blended', 4, NULL, NULL, 'plt:offering:17', 'active', 1, 2, '2026-11-16 02:30:00+00', 1, 15);
INSERT INTO public.org VALUES ('faculty', NULL, 'Гигиена', 'Гигиена', 'Hygiene', '', NULL, NULL, NULL, NULL, 'plt:faculty:1', 'active', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.org VALUES ('kafedra', 'plt:faculty:1', 'Гигиена', 'Гигиена', 'Hygiene', '59', 'plt:tutor:820001', NULL, NULL, NULL, 'plt:cafedra:59', 'active', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.override VALUES (1, 'user', 'plt:student:910001', '*', 'Head', 'a reason', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00');
INSERT INTO public.person VALUES ('student', 'Сағынбекқызы', 'Әйгерім', '', false, 'valid', 'abababababababababababababababababababababababababababababababab', '0007', 's910001', 's910001@academy.example', 'kk', 'plt:faculty:1', 'plt:student:910001', 'active', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.person VALUES ('teacher', 'Үлгібаев', 'Өскен', 'Мысалұлы', false, 'absent', '', '', 't820001', '', '', NULL, 'plt:tutor:820001', 'tobedeleted', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.plan VALUES ('abababababababababababababababababababababababababababababababab', '2026-11-16 02:30:00+00', 2, 'parked', '{}', '[]');
INSERT INTO public.programme VALUES ('6B10101', '6В10101', 'Гигиена', 'Гигиена', 'Hygiene', 'integrated', '', 'plt:faculty:1', false, NULL, NULL, 'plt:programme:1', 'active', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.quarantine VALUES (7, 1, 'person', 'plt:student:910007', '', 'person.csv', 4, 'email', 'nonsense', 'email', 'error', 'This is no address.', 'Correct it.', 'open', '2026-11-16 02:30:00+00', NULL);
INSERT INTO public.quarantine VALUES (8, 1, 'person', 'plt:student:910008', '', 'person.csv', 4, 'email', 'nonsense', 'email', 'error', 'This is no address.', 'Correct it.', 'resolved', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00');
INSERT INTO public.run VALUES (1, 'apply', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00', 'ok', 'server', 'engineer', 'abababababababababababababababababababababababababababababababab', '{"user.create": 1, "source.person": 2}', 'users: 1 created', '', '', NULL);
INSERT INTO public.run VALUES (2, 'apply', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00', 'ok', 'server', 'engineer', 'abababababababababababababababababababababababababababababababab', '{"user.create": 1, "source.person": 2}', 'users: 1 created', '', '', NULL);
INSERT INTO public.sent_batch VALUES ('6d3f1e3e-9d55-4d0a-9ad5-0f6b6f1f0a01', 1, 'user', '[]', '2026-11-16 02:30:00+00', NULL);
INSERT INTO public.settled_scope VALUES ('enrolment', 'plt:offering:17', 'abababababababababababababababababababababababababababababababab', 3, 1099511627776, 2199023255552, 1, 1, 'abababababababababababababababababababababababababababababababab', 'roles,suspended', 1, 1);
INSERT INTO public.study_cohort VALUES ('ЖМ-24-01қ', 'plt:programme:1', 3, 'kk', NULL, '2026-2027', 'plt:group:501', 'active', 1, 2, '2026-11-16 02:30:00+00', 1);
INSERT INTO public.topic VALUES ('dlt:topic:1', NULL, 'plt:subject:302', 1, 'lecture', 'Су', 'Вода', 'Water', 2, 1, true, '', 'active', 1, 2, 1, '2026-11-16 02:30:00+00', '2026-09-01');
INSERT INTO public.video_asset VALUES ('dlt:video:1', 'plt:subject:302', NULL, NULL, 'lecture', 'kk', 'Су', 'plt:tutor:820001', NULL, NULL, 1200, 'https://media.academy.example/1', 'published', NULL, false, '', 'kk;ru', 'active', 1, 2, 1, '2026-11-16 02:30:00+00', '');
INSERT INTO public.video_placement VALUES ('dlt:placement:1', 'dlt:video:1', 'dlt:topic:1', NULL, 'active', 1, 2, 1, '2026-11-16 02:30:00+00');
INSERT INTO public.video_request VALUES ('moodle:request:1', 'shooting', NULL, NULL, 'dlt:topic:1', NULL, 'plt:tutor:820001', 'kk', 'Ауа', '', '', '', '', 'Үлгібаев Ө.', 'requested', '2026-11-16 02:30:00+00', NULL, '', '', '{"requested": "2026-11-16"}', '', 'active', 1, 2, 1, '2026-11-16 02:30:00+00');
INSERT INTO public.video_request_stage VALUES (3, 'moodle:request:1', 'requested', '2026-11-16 02:30:00+00', 'Үлгібаев Ө.', 'moodle', '');
SELECT pg_catalog.setval('public.journal_entry_id_seq', 1, false);
SELECT pg_catalog.setval('public.override_id_seq', 1, false);
SELECT pg_catalog.setval('public.quarantine_id_seq', 1, false);
SELECT pg_catalog.setval('public.run_id_seq', 1, false);
SELECT pg_catalog.setval('public.video_request_stage_id_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.academic_session
    ADD CONSTRAINT pk_academic_session PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.applied
    ADD CONSTRAINT pk_applied PRIMARY KEY (kind, key);
ALTER TABLE ONLY public.cohort_member
    ADD CONSTRAINT pk_cohort_member PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.discipline
    ADD CONSTRAINT pk_discipline PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.employment
    ADD CONSTRAINT pk_employment PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT pk_enrolment PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.import_batch
    ADD CONSTRAINT pk_import_batch PRIMARY KEY (number);
ALTER TABLE ONLY public.import_file
    ADD CONSTRAINT pk_import_file PRIMARY KEY (batch_id, entity);
ALTER TABLE ONLY public.journal_entry
    ADD CONSTRAINT pk_journal_entry PRIMARY KEY (id);
ALTER TABLE ONLY public.link_check
    ADD CONSTRAINT pk_link_check PRIMARY KEY (url);
ALTER TABLE ONLY public.marked_digest
    ADD CONSTRAINT pk_marked_digest PRIMARY KEY (kind, scope);
ALTER TABLE ONLY public.moodle_event
    ADD CONSTRAINT pk_moodle_event PRIMARY KEY (id);
ALTER TABLE ONLY public.offering
    ADD CONSTRAINT pk_offering PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.org
    ADD CONSTRAINT pk_org PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.override
    ADD CONSTRAINT pk_override PRIMARY KEY (id);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT pk_person PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT pk_plan PRIMARY KEY (hash);
ALTER TABLE ONLY public.programme
    ADD CONSTRAINT pk_programme PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT pk_quarantine PRIMARY KEY (id);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT pk_run PRIMARY KEY (id);
ALTER TABLE ONLY public.sent_batch
    ADD CONSTRAINT pk_sent_batch PRIMARY KEY (id);
ALTER TABLE ONLY public.settled_scope
    ADD CONSTRAINT pk_settled_scope PRIMARY KEY (kind, scope);
ALTER TABLE ONLY public.study_cohort
    ADD CONSTRAINT pk_study_cohort PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.topic
    ADD CONSTRAINT pk_topic PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.video_asset
    ADD CONSTRAINT pk_video_asset PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.video_placement
    ADD CONSTRAINT pk_video_placement PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.video_request
    ADD CONSTRAINT pk_video_request PRIMARY KEY (sourced_id);
ALTER TABLE ONLY public.video_request_stage
    ADD CONSTRAINT pk_video_request_stage PRIMARY KEY (id);
ALTER TABLE ONLY public.override
    ADD CONSTRAINT uq_override_kind_key_field UNIQUE (kind, key, field);
CREATE INDEX ix_academic_session_status ON public.academic_session USING btree (status);
CREATE INDEX ix_applied_course ON public.applied USING btree (kind, course_key);
CREATE INDEX ix_cohort_member_cohort_id ON public.cohort_member USING btree (cohort_id);
CREATE INDEX ix_cohort_member_person_id ON public.cohort_member USING btree (person_id);
CREATE INDEX ix_cohort_member_status ON public.cohort_member USING btree (status);
CREATE INDEX ix_discipline_code ON public.discipline USING btree (code);
CREATE INDEX ix_discipline_status ON public.discipline USING btree (status);
CREATE INDEX ix_employment_person_id ON public.employment USING btree (person_id);
CREATE INDEX ix_employment_status ON public.employment USING btree (status);
CREATE INDEX ix_enrolment_cohort_id ON public.enrolment USING btree (cohort_id);
CREATE INDEX ix_enrolment_offering ON public.enrolment USING btree (offering_id, status, cohort_id, changed_in);
CREATE INDEX ix_enrolment_person_id ON public.enrolment USING btree (person_id);
CREATE INDEX ix_enrolment_status ON public.enrolment USING btree (status);
CREATE INDEX ix_import_file_sha256 ON public.import_file USING btree (sha256);
CREATE INDEX ix_journal_entry_object ON public.journal_entry USING btree (kind, key);
CREATE INDEX ix_journal_entry_run_id ON public.journal_entry USING btree (run_id);
CREATE INDEX ix_journal_entry_written_at ON public.journal_entry USING btree (written_at);
CREATE INDEX ix_link_check_checked_at ON public.link_check USING btree (checked_at);
CREATE INDEX ix_link_check_host ON public.link_check USING btree (host);
CREATE INDEX ix_link_check_verdict ON public.link_check USING btree (verdict);
CREATE INDEX ix_moodle_event_object ON public.moodle_event USING btree (kind, key);
CREATE INDEX ix_offering_discipline_id ON public.offering USING btree (discipline_id);
CREATE INDEX ix_offering_kafedra_id ON public.offering USING btree (kafedra_id);
CREATE INDEX ix_offering_programme_id ON public.offering USING btree (programme_id);
CREATE INDEX ix_offering_session_id ON public.offering USING btree (session_id);
CREATE INDEX ix_offering_status ON public.offering USING btree (status);
CREATE INDEX ix_org_status ON public.org USING btree (status);
CREATE INDEX ix_person_iin_digest ON public.person USING btree (iin_digest);
CREATE INDEX ix_person_status ON public.person USING btree (status);
CREATE INDEX ix_person_username ON public.person USING btree (username);
CREATE INDEX ix_programme_code ON public.programme USING btree (code);
CREATE INDEX ix_programme_status ON public.programme USING btree (status);
CREATE INDEX ix_quarantine_batch_id ON public.quarantine USING btree (batch_id);
CREATE INDEX ix_quarantine_object ON public.quarantine USING btree (entity, sourced_id);
CREATE INDEX ix_quarantine_state ON public.quarantine USING btree (state, entity);
CREATE INDEX ix_sent_batch_answered_at ON public.sent_batch USING btree (answered_at);
CREATE INDEX ix_sent_batch_run_id ON public.sent_batch USING btree (run_id);
CREATE INDEX ix_study_cohort_status ON public.study_cohort USING btree (status);
CREATE INDEX ix_topic_discipline_id ON public.topic USING btree (discipline_id);
CREATE INDEX ix_topic_offering_id ON public.topic USING btree (offering_id);
CREATE INDEX ix_topic_status ON public.topic USING btree (status);
CREATE INDEX ix_video_asset_discipline_id ON public.video_asset USING btree (discipline_id);
CREATE INDEX ix_video_asset_kafedra_id ON public.video_asset USING btree (kafedra_id);
CREATE INDEX ix_video_asset_status ON public.video_asset USING btree (status);
CREATE INDEX ix_video_asset_url ON public.video_asset USING btree (url);
CREATE INDEX ix_video_placement_offering_id ON public.video_placement USING btree (offering_id);
CREATE INDEX ix_video_placement_status ON public.video_placement USING btree (status);
CREATE INDEX ix_video_placement_topic_id ON public.video_placement USING btree (topic_id);
CREATE INDEX ix_video_placement_video_id ON public.video_placement USING btree (video_id);
CREATE INDEX ix_video_request_discipline_id ON public.video_request USING btree (discipline_id);
CREATE INDEX ix_video_request_offering_id ON public.video_request USING btree (offering_id);
CREATE INDEX ix_video_request_stage ON public.video_request USING btree (stage);
CREATE INDEX ix_video_request_stage_request_id ON public.video_request_stage USING btree (request_id);
CREATE INDEX ix_video_request_status ON public.video_request USING btree (status);
CREATE INDEX ix_video_request_topic_id ON public.video_request USING btree (topic_id);
CREATE INDEX ix_video_request_video_id ON public.video_request USING btree (video_id);
CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON public.journal_entry FOR EACH ROW EXECUTE FUNCTION public.journal_entry_refuse();
ALTER TABLE ONLY public.academic_session
    ADD CONSTRAINT fk_academic_session_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.academic_session
    ADD CONSTRAINT fk_academic_session_parent_id_academic_session FOREIGN KEY (parent_id) REFERENCES public.academic_session(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.applied
    ADD CONSTRAINT fk_applied_run_id_run FOREIGN KEY (run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.cohort_member
    ADD CONSTRAINT fk_cohort_member_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.cohort_member
    ADD CONSTRAINT fk_cohort_member_cohort_id_study_cohort FOREIGN KEY (cohort_id) REFERENCES public.study_cohort(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.cohort_member
    ADD CONSTRAINT fk_cohort_member_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.discipline
    ADD CONSTRAINT fk_discipline_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.discipline
    ADD CONSTRAINT fk_discipline_kafedra_id_org FOREIGN KEY (kafedra_id) REFERENCES public.org(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.employment
    ADD CONSTRAINT fk_employment_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.employment
    ADD CONSTRAINT fk_employment_org_id_org FOREIGN KEY (org_id) REFERENCES public.org(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.employment
    ADD CONSTRAINT fk_employment_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT fk_enrolment_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT fk_enrolment_cohort_id_study_cohort FOREIGN KEY (cohort_id) REFERENCES public.study_cohort(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT fk_enrolment_offering_id_offering FOREIGN KEY (offering_id) REFERENCES public.offering(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.enrolment
    ADD CONSTRAINT fk_enrolment_person_id_person FOREIGN KEY (person_id) REFERENCES public.person(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.import_file
    ADD CONSTRAINT fk_import_file_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.journal_entry
    ADD CONSTRAINT fk_journal_entry_run_id_run FOREIGN KEY (run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.offering
    ADD CONSTRAINT fk_offering_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.offering
    ADD CONSTRAINT fk_offering_discipline_id_discipline FOREIGN KEY (discipline_id) REFERENCES public.discipline(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.offering
    ADD CONSTRAINT fk_offering_kafedra_id_org FOREIGN KEY (kafedra_id) REFERENCES public.org(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.offering
    ADD CONSTRAINT fk_offering_programme_id_programme FOREIGN KEY (programme_id) REFERENCES public.programme(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.offering
    ADD CONSTRAINT fk_offering_session_id_academic_session FOREIGN KEY (session_id) REFERENCES public.academic_session(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.org
    ADD CONSTRAINT fk_org_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.org
    ADD CONSTRAINT fk_org_parent_id_org FOREIGN KEY (parent_id) REFERENCES public.org(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.person
    ADD CONSTRAINT fk_person_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.person
    ADD CONSTRAINT fk_person_primary_org_id_org FOREIGN KEY (primary_org_id) REFERENCES public.org(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.plan
    ADD CONSTRAINT fk_plan_run_id_run FOREIGN KEY (run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.programme
    ADD CONSTRAINT fk_programme_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.programme
    ADD CONSTRAINT fk_programme_faculty_id_org FOREIGN KEY (faculty_id) REFERENCES public.org(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.quarantine
    ADD CONSTRAINT fk_quarantine_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.run
    ADD CONSTRAINT fk_run_undoes_run_id_run FOREIGN KEY (undoes_run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.sent_batch
    ADD CONSTRAINT fk_sent_batch_run_id_run FOREIGN KEY (run_id) REFERENCES public.run(id);
ALTER TABLE ONLY public.study_cohort
    ADD CONSTRAINT fk_study_cohort_adviser_id_person FOREIGN KEY (adviser_id) REFERENCES public.person(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.study_cohort
    ADD CONSTRAINT fk_study_cohort_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.study_cohort
    ADD CONSTRAINT fk_study_cohort_programme_id_programme FOREIGN KEY (programme_id) REFERENCES public.programme(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.topic
    ADD CONSTRAINT fk_topic_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.topic
    ADD CONSTRAINT fk_topic_discipline_id_discipline FOREIGN KEY (discipline_id) REFERENCES public.discipline(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.topic
    ADD CONSTRAINT fk_topic_offering_id_offering FOREIGN KEY (offering_id) REFERENCES public.offering(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_asset
    ADD CONSTRAINT fk_video_asset_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.video_asset
    ADD CONSTRAINT fk_video_asset_discipline_id_discipline FOREIGN KEY (discipline_id) REFERENCES public.discipline(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_asset
    ADD CONSTRAINT fk_video_asset_kafedra_id_org FOREIGN KEY (kafedra_id) REFERENCES public.org(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_asset
    ADD CONSTRAINT fk_video_asset_replaces_id_video_asset FOREIGN KEY (replaces_id) REFERENCES public.video_asset(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_placement
    ADD CONSTRAINT fk_video_placement_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.video_placement
    ADD CONSTRAINT fk_video_placement_offering_id_offering FOREIGN KEY (offering_id) REFERENCES public.offering(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_placement
    ADD CONSTRAINT fk_video_placement_topic_id_topic FOREIGN KEY (topic_id) REFERENCES public.topic(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_placement
    ADD CONSTRAINT fk_video_placement_video_id_video_asset FOREIGN KEY (video_id) REFERENCES public.video_asset(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_request
    ADD CONSTRAINT fk_video_request_asked_by_id_person FOREIGN KEY (asked_by_id) REFERENCES public.person(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_request
    ADD CONSTRAINT fk_video_request_batch_id_import_batch FOREIGN KEY (batch_id) REFERENCES public.import_batch(number);
ALTER TABLE ONLY public.video_request
    ADD CONSTRAINT fk_video_request_discipline_id_discipline FOREIGN KEY (discipline_id) REFERENCES public.discipline(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_request
    ADD CONSTRAINT fk_video_request_offering_id_offering FOREIGN KEY (offering_id) REFERENCES public.offering(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_request_stage
    ADD CONSTRAINT fk_video_request_stage_request_id_video_request FOREIGN KEY (request_id) REFERENCES public.video_request(sourced_id);
ALTER TABLE ONLY public.video_request
    ADD CONSTRAINT fk_video_request_topic_id_topic FOREIGN KEY (topic_id) REFERENCES public.topic(sourced_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.video_request
    ADD CONSTRAINT fk_video_request_video_id_video_asset FOREIGN KEY (video_id) REFERENCES public.video_asset(sourced_id) DEFERRABLE INITIALLY DEFERRED;
