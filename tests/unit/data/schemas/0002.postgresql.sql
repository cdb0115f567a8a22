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
    date_last_modified timestamp with time zone NOT NULL
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
    date_last_modified timestamp with time zone NOT NULL
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
    date_last_modified timestamp with time zone NOT NULL
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
    date_last_modified timestamp with time zone NOT NULL
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
    date_last_modified timestamp with time zone NOT NULL
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
    date_last_modified timestamp with time zone NOT NULL
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
    date_last_modified timestamp with time zone NOT NULL
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
    date_last_modified timestamp with time zone NOT NULL
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
    date_last_modified timestamp with time zone NOT NULL
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
    date_last_modified timestamp with time zone NOT NULL
);
ALTER TABLE ONLY public.journal_entry ALTER COLUMN id SET DEFAULT nextval('public.journal_entry_id_seq'::regclass);
ALTER TABLE ONLY public.override ALTER COLUMN id SET DEFAULT nextval('public.override_id_seq'::regclass);
ALTER TABLE ONLY public.quarantine ALTER COLUMN id SET DEFAULT nextval('public.quarantine_id_seq'::regclass);
ALTER TABLE ONLY public.run ALTER COLUMN id SET DEFAULT nextval('public.run_id_seq'::regclass);
INSERT INTO public.academic_session VALUES ('term', '2026-2027/1', NULL, '2026-09-01', '2027-01-16', 20, 'plt:term:1', 'active', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.alembic_version VALUES ('0002');
INSERT INTO public.applied VALUES ('user', 'plt:student:910001', '', 11, '{"username": "s910001", "suspended": false}', 'Сағынбекқызы Әйгерім', 'Гигиена', 1, '2026-11-16 02:30:00+00', NULL);
INSERT INTO public.cohort_member VALUES ('plt:group:501', 'plt:student:910001', '2026-09-01', NULL, NULL, NULL, '212-с', 'plt:member:1', 'active', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.discipline VALUES ('GIE3201', 'GiE 3201', 'Гигиена', 'Гигиена', 'Hygiene', 'plt:cafedra:59', 4, 'plt:subject:302', 'active', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.employment VALUES ('plt:tutor:820001', 'plt:cafedra:59', 'lecturer', 0.75, true, '2026-09-01', NULL, '101-ж', 'plt:employment:1', 'active', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.enrolment VALUES ('plt:offering:17', 'plt:student:910001', 'student', 'plt:group:501', NULL, NULL, 'active', '212-с', 'plt:enrolment:1', 'active', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.import_batch VALUES (1, 'full', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00', 'methodist', 'partial', '{"person": {"created": 2, "set_aside": 1}}');
INSERT INTO public.import_batch VALUES (2, 'full', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00', 'methodist', 'partial', '{"person": {"created": 2, "set_aside": 1}}');
INSERT INTO public.import_file VALUES (1, 'person', 'person.csv', 'abababababababababababababababababababababababababababababababab', 3, 400, '2026-11-16 02:30:00+00');
INSERT INTO public.journal_entry VALUES (5, 1, '2026-11-16 02:30:00+00', 'user', 'plt:student:910001', 'create', 'Сағынбекқызы Әйгерім', 'Гигиена', 'null', '{"username": "s910001"}', 'import 1', 11, 'done', '', '', 3);
INSERT INTO public.moodle_event VALUES (101, 'deleted', '2026-11-16 02:30:00+00', 'user', 'plt:student:910001', 'Admin', '{"a": 1}');
INSERT INTO public.offering VALUES ('plt:subject:302', 'plt:term:1', 'kk', 'plt:programme:1', 3, 'plt:cafedra:59', 5, 'blended', 4, NULL, NULL, 'plt:offering:17', 'active', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.org VALUES ('faculty', NULL, 'Гигиена', 'Гигиена', 'Hygiene', '', NULL, NULL, NULL, NULL, 'plt:faculty:1', 'active', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.org VALUES ('kafedra', 'plt:faculty:1', 'Гигиена', 'Гигиена', 'Hygiene', '59', 'plt:tutor:820001', NULL, NULL, NULL, 'plt:cafedra:59', 'active', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.override VALUES (1, 'user', 'plt:student:910001', '*', 'Head', 'a reason', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00');
INSERT INTO public.person VALUES ('student', 'Сағынбекқызы', 'Әйгерім', '', false, 'valid', 'abababababababababababababababababababababababababababababababab', '0007', 's910001', 's910001@academy.example', 'kk', 'plt:faculty:1', 'plt:student:910001', 'active', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.person VALUES ('teacher', 'Үлгібаев', 'Өскен', 'Мысалұлы', false, 'absent', '', '', 't820001', '', '', NULL, 'plt:tutor:820001', 'tobedeleted', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.plan VALUES ('abababababababababababababababababababababababababababababababab', '2026-11-16 02:30:00+00', 2, 'parked', '{}', '[]');
INSERT INTO public.programme VALUES ('6B10101', '6В10101', 'Гигиена', 'Гигиена', 'Hygiene', 'integrated', '', 'plt:faculty:1', false, NULL, NULL, 'plt:programme:1', 'active', 1, 2, '2026-11-16 02:30:00+00');
INSERT INTO public.quarantine VALUES (7, 1, 'person', 'plt:student:910007', '', 'person.csv', 4, 'email', 'nonsense', 'email', 'error', 'This is no address.', 'Correct it.', 'open', '2026-11-16 02:30:00+00', NULL);
INSERT INTO public.quarantine VALUES (8, 1, 'person', 'plt:student:910008', '', 'person.csv', 4, 'email', 'nonsense', 'email', 'error', 'This is no address.', 'Correct it.', 'resolved', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00');
INSERT INTO public.run VALUES (1, 'apply', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00', 'ok', 'server', 'engineer', 'abababababababababababababababababababababababababababababababab', '{"user.create": 1, "source.person": 2}', 'users: 1 created', '', '', NULL);
INSERT INTO public.run VALUES (2, 'apply', '2026-11-16 02:30:00+00', '2026-11-16 02:30:00+00', 'ok', 'server', 'engineer', 'abababababababababababababababababababababababababababababababab', '{"user.create": 1, "source.person": 2}', 'users: 1 created', '', '', NULL);
INSERT INTO public.sent_batch VALUES ('6d3f1e3e-9d55-4d0a-9ad5-0f6b6f1f0a01', 1, 'user', '[]', '2026-11-16 02:30:00+00', NULL);
INSERT INTO public.study_cohort VALUES ('ЖМ-24-01қ', 'plt:programme:1', 3, 'kk', NULL, '2026-2027', 'plt:group:501', 'active', 1, 2, '2026-11-16 02:30:00+00');
SELECT pg_catalog.setval('public.journal_entry_id_seq', 1, false);
SELECT pg_catalog.setval('public.override_id_seq', 1, false);
SELECT pg_catalog.setval('public.quarantine_id_seq', 1, false);
SELECT pg_catalog.setval('public.run_id_seq', 1, false);
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
ALTER TABLE ONLY public.study_cohort
    ADD CONSTRAINT pk_study_cohort PRIMARY KEY (sourced_id);
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
CREATE INDEX ix_enrolment_offering_id ON public.enrolment USING btree (offering_id);
CREATE INDEX ix_enrolment_person_id ON public.enrolment USING btree (person_id);
CREATE INDEX ix_enrolment_status ON public.enrolment USING btree (status);
CREATE INDEX ix_import_file_sha256 ON public.import_file USING btree (sha256);
CREATE INDEX ix_journal_entry_object ON public.journal_entry USING btree (kind, key);
CREATE INDEX ix_journal_entry_run_id ON public.journal_entry USING btree (run_id);
CREATE INDEX ix_journal_entry_written_at ON public.journal_entry USING btree (written_at);
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
