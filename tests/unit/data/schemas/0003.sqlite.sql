BEGIN TRANSACTION;
CREATE TABLE academic_session (
	type VARCHAR(10) NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	parent_id VARCHAR(100), 
	"begin" DATE NOT NULL, 
	"end" DATE NOT NULL, 
	weeks INTEGER, 
	sourced_id VARCHAR(100) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	batch_id INTEGER NOT NULL, 
	source_row INTEGER NOT NULL, 
	date_last_modified DATETIME NOT NULL, changed_in INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_academic_session PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_academic_session_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_academic_session_parent_id_academic_session FOREIGN KEY(parent_id) REFERENCES academic_session (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "academic_session" VALUES('term','2026-2027/1',NULL,'2026-09-01','2027-01-16',20,'plt:term:1','active',1,2,'2026-11-16 02:30:00.000000',1);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE applied (
	kind VARCHAR(20) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	course_key VARCHAR(255) NOT NULL, 
	moodle_id INTEGER NOT NULL, 
	fields JSON NOT NULL, 
	label VARCHAR(500) NOT NULL, 
	unit VARCHAR(500) NOT NULL, 
	run_id INTEGER, 
	written_at DATETIME NOT NULL, 
	removed_at DATETIME, 
	CONSTRAINT pk_applied PRIMARY KEY (kind, "key"), 
	CONSTRAINT fk_applied_run_id_run FOREIGN KEY(run_id) REFERENCES run (id)
);
INSERT INTO "applied" VALUES('user','plt:student:910001','',11,'{"username": "s910001", "suspended": false}','Сағынбекқызы Әйгерім','Гигиена',1,'2026-11-16 02:30:00.000000',NULL);
CREATE TABLE cohort_member (
	cohort_id VARCHAR(100) NOT NULL, 
	person_id VARCHAR(100) NOT NULL, 
	"begin" DATE, 
	"end" DATE, 
	leave_from DATE, 
	leave_to DATE, 
	order_no VARCHAR(100) NOT NULL, 
	sourced_id VARCHAR(100) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	batch_id INTEGER NOT NULL, 
	source_row INTEGER NOT NULL, 
	date_last_modified DATETIME NOT NULL, changed_in INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_cohort_member PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_cohort_member_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_cohort_member_cohort_id_study_cohort FOREIGN KEY(cohort_id) REFERENCES study_cohort (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_cohort_member_person_id_person FOREIGN KEY(person_id) REFERENCES person (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "cohort_member" VALUES('plt:group:501','plt:student:910001','2026-09-01',NULL,NULL,NULL,'212-с','plt:member:1','active',1,2,'2026-11-16 02:30:00.000000',1);
CREATE TABLE discipline (
	code VARCHAR(50) NOT NULL, 
	code_as_printed VARCHAR(50) NOT NULL, 
	name_kk VARCHAR(255) NOT NULL, 
	name_ru VARCHAR(255) NOT NULL, 
	name_en VARCHAR(255) NOT NULL, 
	kafedra_id VARCHAR(100) NOT NULL, 
	ects INTEGER NOT NULL, 
	sourced_id VARCHAR(100) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	batch_id INTEGER NOT NULL, 
	source_row INTEGER NOT NULL, 
	date_last_modified DATETIME NOT NULL, changed_in INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_discipline PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_discipline_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_discipline_kafedra_id_org FOREIGN KEY(kafedra_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "discipline" VALUES('GIE3201','GiE 3201','Гигиена','Гигиена','Hygiene','plt:cafedra:59',4,'plt:subject:302','active',1,2,'2026-11-16 02:30:00.000000',1);
CREATE TABLE employment (
	person_id VARCHAR(100) NOT NULL, 
	org_id VARCHAR(100) NOT NULL, 
	position VARCHAR(255) NOT NULL, 
	rate DOUBLE, 
	is_main BOOLEAN NOT NULL, 
	"begin" DATE, 
	"end" DATE, 
	order_no VARCHAR(100) NOT NULL, 
	sourced_id VARCHAR(100) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	batch_id INTEGER NOT NULL, 
	source_row INTEGER NOT NULL, 
	date_last_modified DATETIME NOT NULL, changed_in INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_employment PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_employment_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_employment_org_id_org FOREIGN KEY(org_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_employment_person_id_person FOREIGN KEY(person_id) REFERENCES person (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "employment" VALUES('plt:tutor:820001','plt:cafedra:59','lecturer',0.75,1,'2026-09-01',NULL,'101-ж','plt:employment:1','active',1,2,'2026-11-16 02:30:00.000000',1);
CREATE TABLE enrolment (
	offering_id VARCHAR(100) NOT NULL, 
	person_id VARCHAR(100) NOT NULL, 
	role VARCHAR(10) NOT NULL, 
	cohort_id VARCHAR(100), 
	"begin" DATE, 
	"end" DATE, 
	state VARCHAR(10) NOT NULL, 
	order_no VARCHAR(100) NOT NULL, 
	sourced_id VARCHAR(100) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	batch_id INTEGER NOT NULL, 
	source_row INTEGER NOT NULL, 
	date_last_modified DATETIME NOT NULL, changed_in INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_enrolment PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_enrolment_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_enrolment_cohort_id_study_cohort FOREIGN KEY(cohort_id) REFERENCES study_cohort (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_enrolment_offering_id_offering FOREIGN KEY(offering_id) REFERENCES offering (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_enrolment_person_id_person FOREIGN KEY(person_id) REFERENCES person (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "enrolment" VALUES('plt:offering:17','plt:student:910001','student','plt:group:501',NULL,NULL,'active','212-с','plt:enrolment:1','active',1,2,'2026-11-16 02:30:00.000000',1);
CREATE TABLE import_batch (
	number INTEGER NOT NULL, 
	mode VARCHAR(10) NOT NULL, 
	started_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	run_by VARCHAR(255) NOT NULL, 
	verdict VARCHAR(10) NOT NULL, 
	counts JSON NOT NULL, 
	CONSTRAINT pk_import_batch PRIMARY KEY (number)
);
INSERT INTO "import_batch" VALUES(1,'full','2026-11-16 02:30:00.000000','2026-11-16 02:30:00.000000','methodist','partial','{"person": {"created": 2, "set_aside": 1}}');
INSERT INTO "import_batch" VALUES(2,'full','2026-11-16 02:30:00.000000','2026-11-16 02:30:00.000000','methodist','partial','{"person": {"created": 2, "set_aside": 1}}');
CREATE TABLE import_file (
	batch_id INTEGER NOT NULL, 
	entity VARCHAR(30) NOT NULL, 
	name VARCHAR(500) NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	rows INTEGER NOT NULL, 
	bytes INTEGER NOT NULL, 
	modified_at DATETIME NOT NULL, 
	CONSTRAINT pk_import_file PRIMARY KEY (batch_id, entity), 
	CONSTRAINT fk_import_file_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number)
);
INSERT INTO "import_file" VALUES(1,'person','person.csv','abababababababababababababababababababababababababababababababab',3,400,'2026-11-16 02:30:00.000000');
CREATE TABLE journal_entry (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	written_at DATETIME NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	action VARCHAR(10) NOT NULL, 
	label VARCHAR(500) NOT NULL, 
	unit VARCHAR(500) NOT NULL, 
	"before" JSON, 
	"after" JSON NOT NULL, 
	reason TEXT NOT NULL, 
	moodle_id INTEGER, 
	result VARCHAR(10) NOT NULL, 
	errorcode VARCHAR(100) NOT NULL, 
	message TEXT NOT NULL, 
	duration_ms INTEGER NOT NULL, 
	CONSTRAINT pk_journal_entry PRIMARY KEY (id), 
	CONSTRAINT fk_journal_entry_run_id_run FOREIGN KEY(run_id) REFERENCES run (id)
);
INSERT INTO "journal_entry" VALUES(5,1,'2026-11-16 02:30:00.000000','user','plt:student:910001','create','Сағынбекқызы Әйгерім','Гигиена','null','{"username": "s910001"}','import 1',11,'done','','',3);
CREATE TABLE moodle_event (
	id INTEGER NOT NULL, 
	name VARCHAR(50) NOT NULL, 
	happened_at DATETIME NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	"by" VARCHAR(255) NOT NULL, 
	data JSON NOT NULL, 
	CONSTRAINT pk_moodle_event PRIMARY KEY (id)
);
INSERT INTO "moodle_event" VALUES(101,'deleted','2026-11-16 02:30:00.000000','user','plt:student:910001','Admin','{"a": 1}');
CREATE TABLE offering (
	discipline_id VARCHAR(100) NOT NULL, 
	session_id VARCHAR(100) NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	programme_id VARCHAR(100) NOT NULL, 
	study_year INTEGER NOT NULL, 
	kafedra_id VARCHAR(100) NOT NULL, 
	term_no INTEGER NOT NULL, 
	delivery_mode VARCHAR(10) NOT NULL, 
	ects INTEGER NOT NULL, 
	"begin" DATE, 
	"end" DATE, 
	sourced_id VARCHAR(100) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	batch_id INTEGER NOT NULL, 
	source_row INTEGER NOT NULL, 
	date_last_modified DATETIME NOT NULL, changed_in INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_offering PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_offering_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_offering_discipline_id_discipline FOREIGN KEY(discipline_id) REFERENCES discipline (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_offering_kafedra_id_org FOREIGN KEY(kafedra_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_offering_programme_id_programme FOREIGN KEY(programme_id) REFERENCES programme (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_offering_session_id_academic_session FOREIGN KEY(session_id) REFERENCES academic_session (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "offering" VALUES('plt:subject:302','plt:term:1','kk','plt:programme:1',3,'plt:cafedra:59',5,'blended',4,NULL,NULL,'plt:offering:17','active',1,2,'2026-11-16 02:30:00.000000',1);
CREATE TABLE org (
	type VARCHAR(10) NOT NULL, 
	parent_id VARCHAR(100), 
	name_kk VARCHAR(255) NOT NULL, 
	name_ru VARCHAR(255) NOT NULL, 
	name_en VARCHAR(255) NOT NULL, 
	doc_index VARCHAR(50) NOT NULL, 
	head_id VARCHAR(100), 
	dlt_contact_id VARCHAR(100), 
	opened_on DATE, 
	closed_on DATE, 
	sourced_id VARCHAR(100) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	batch_id INTEGER NOT NULL, 
	source_row INTEGER NOT NULL, 
	date_last_modified DATETIME NOT NULL, changed_in INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_org PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_org_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_org_parent_id_org FOREIGN KEY(parent_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "org" VALUES('faculty',NULL,'Гигиена','Гигиена','Hygiene','',NULL,NULL,NULL,NULL,'plt:faculty:1','active',1,2,'2026-11-16 02:30:00.000000',1);
INSERT INTO "org" VALUES('kafedra','plt:faculty:1','Гигиена','Гигиена','Hygiene','59','plt:tutor:820001',NULL,NULL,NULL,'plt:cafedra:59','active',1,2,'2026-11-16 02:30:00.000000',1);
CREATE TABLE override (
	id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	"key" VARCHAR(255) NOT NULL, 
	field VARCHAR(50) NOT NULL, 
	owner VARCHAR(255) NOT NULL, 
	reason TEXT NOT NULL, 
	until DATETIME NOT NULL, 
	created_at DATETIME NOT NULL, 
	CONSTRAINT pk_override PRIMARY KEY (id), 
	CONSTRAINT uq_override_kind_key_field UNIQUE (kind, "key", field)
);
INSERT INTO "override" VALUES(1,'user','plt:student:910001','*','Head','a reason','2026-11-16 02:30:00.000000','2026-11-16 02:30:00.000000');
CREATE TABLE person (
	type VARCHAR(10) NOT NULL, 
	family_name VARCHAR(100) NOT NULL, 
	given_name VARCHAR(100) NOT NULL, 
	patronymic VARCHAR(100) NOT NULL, 
	single_name BOOLEAN NOT NULL, 
	iin_status VARCHAR(12) NOT NULL, 
	iin_digest VARCHAR(64) NOT NULL, 
	iin_last4 VARCHAR(4) NOT NULL, 
	username VARCHAR(100) NOT NULL, 
	email VARCHAR(100) NOT NULL, 
	preferred_language VARCHAR(2) NOT NULL, 
	primary_org_id VARCHAR(100), 
	sourced_id VARCHAR(100) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	batch_id INTEGER NOT NULL, 
	source_row INTEGER NOT NULL, 
	date_last_modified DATETIME NOT NULL, changed_in INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_person_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_person_primary_org_id_org FOREIGN KEY(primary_org_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "person" VALUES('student','Сағынбекқызы','Әйгерім','',0,'valid','abababababababababababababababababababababababababababababababab','0007','s910001','s910001@academy.example','kk','plt:faculty:1','plt:student:910001','active',1,2,'2026-11-16 02:30:00.000000',1);
INSERT INTO "person" VALUES('teacher','Үлгібаев','Өскен','Мысалұлы',0,'absent','','','t820001','','',NULL,'plt:tutor:820001','tobedeleted',1,2,'2026-11-16 02:30:00.000000',1);
CREATE TABLE "plan" (
	hash VARCHAR(64) NOT NULL, 
	created_at DATETIME NOT NULL, 
	run_id INTEGER, 
	state VARCHAR(12) NOT NULL, 
	content TEXT NOT NULL, 
	violations JSON NOT NULL, 
	CONSTRAINT pk_plan PRIMARY KEY (hash), 
	CONSTRAINT fk_plan_run_id_run FOREIGN KEY(run_id) REFERENCES run (id)
);
INSERT INTO "plan" VALUES('abababababababababababababababababababababababababababababababab','2026-11-16 02:30:00.000000',2,'parked','{}','[]');
CREATE TABLE programme (
	code VARCHAR(50) NOT NULL, 
	code_as_printed VARCHAR(50) NOT NULL, 
	name_kk VARCHAR(255) NOT NULL, 
	name_ru VARCHAR(255) NOT NULL, 
	name_en VARCHAR(255) NOT NULL, 
	level VARCHAR(12) NOT NULL, 
	group_code VARCHAR(50) NOT NULL, 
	faculty_id VARCHAR(100), 
	distance_form_allowed BOOLEAN, 
	valid_from DATE, 
	valid_to DATE, 
	sourced_id VARCHAR(100) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	batch_id INTEGER NOT NULL, 
	source_row INTEGER NOT NULL, 
	date_last_modified DATETIME NOT NULL, changed_in INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_programme PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_programme_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_programme_faculty_id_org FOREIGN KEY(faculty_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "programme" VALUES('6B10101','6В10101','Гигиена','Гигиена','Hygiene','integrated','','plt:faculty:1',0,NULL,NULL,'plt:programme:1','active',1,2,'2026-11-16 02:30:00.000000',1);
CREATE TABLE quarantine (
	id INTEGER NOT NULL, 
	batch_id INTEGER NOT NULL, 
	entity VARCHAR(30) NOT NULL, 
	sourced_id VARCHAR(100), 
	subject VARCHAR(255) NOT NULL, 
	file VARCHAR(500) NOT NULL, 
	"row" INTEGER NOT NULL, 
	field VARCHAR(50) NOT NULL, 
	value VARCHAR(100) NOT NULL, 
	rule VARCHAR(50) NOT NULL, 
	severity VARCHAR(10) NOT NULL, 
	message TEXT NOT NULL, 
	remedy TEXT NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	first_seen DATETIME NOT NULL, 
	resolved_at DATETIME, 
	CONSTRAINT pk_quarantine PRIMARY KEY (id), 
	CONSTRAINT fk_quarantine_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number)
);
INSERT INTO "quarantine" VALUES(7,1,'person','plt:student:910007','','person.csv',4,'email','nonsense','email','error','This is no address.','Correct it.','open','2026-11-16 02:30:00.000000',NULL);
INSERT INTO "quarantine" VALUES(8,1,'person','plt:student:910008','','person.csv',4,'email','nonsense','email','error','This is no address.','Correct it.','resolved','2026-11-16 02:30:00.000000','2026-11-16 02:30:00.000000');
CREATE TABLE run (
	id INTEGER NOT NULL, 
	mode VARCHAR(10) NOT NULL, 
	started_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	verdict VARCHAR(10) NOT NULL, 
	host VARCHAR(255) NOT NULL, 
	run_by VARCHAR(255) NOT NULL, 
	plan_hash VARCHAR(64) NOT NULL, 
	counts JSON NOT NULL, 
	summary TEXT NOT NULL, 
	approved_by VARCHAR(255) NOT NULL, 
	because TEXT NOT NULL, 
	undoes_run_id INTEGER, 
	CONSTRAINT pk_run PRIMARY KEY (id), 
	CONSTRAINT fk_run_undoes_run_id_run FOREIGN KEY(undoes_run_id) REFERENCES run (id)
);
INSERT INTO "run" VALUES(1,'apply','2026-11-16 02:30:00.000000','2026-11-16 02:30:00.000000','ok','server','engineer','abababababababababababababababababababababababababababababababab','{"user.create": 1, "source.person": 2}','users: 1 created','','',NULL);
INSERT INTO "run" VALUES(2,'apply','2026-11-16 02:30:00.000000','2026-11-16 02:30:00.000000','ok','server','engineer','abababababababababababababababababababababababababababababababab','{"user.create": 1, "source.person": 2}','users: 1 created','','',NULL);
CREATE TABLE sent_batch (
	id VARCHAR(36) NOT NULL, 
	run_id INTEGER NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	operations TEXT NOT NULL, 
	sent_at DATETIME NOT NULL, 
	answered_at DATETIME, 
	CONSTRAINT pk_sent_batch PRIMARY KEY (id), 
	CONSTRAINT fk_sent_batch_run_id_run FOREIGN KEY(run_id) REFERENCES run (id)
);
INSERT INTO "sent_batch" VALUES('6d3f1e3e-9d55-4d0a-9ad5-0f6b6f1f0a01',1,'user','[]','2026-11-16 02:30:00.000000',NULL);
CREATE TABLE settled_scope (
	kind VARCHAR(20) NOT NULL, 
	scope VARCHAR(255) NOT NULL, 
	stamp VARCHAR(64) NOT NULL, 
	digest_count BIGINT NOT NULL, 
	digest_low BIGINT NOT NULL, 
	digest_high BIGINT NOT NULL, 
	present INTEGER NOT NULL, 
	wanted INTEGER NOT NULL, 
	CONSTRAINT pk_settled_scope PRIMARY KEY (kind, scope)
);
INSERT INTO "settled_scope" VALUES('enrolment','plt:offering:17','abababababababababababababababababababababababababababababababab',3,1099511627776,2199023255552,1,1);
CREATE TABLE study_cohort (
	name VARCHAR(254) NOT NULL, 
	programme_id VARCHAR(100) NOT NULL, 
	study_year INTEGER NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	adviser_id VARCHAR(100), 
	academic_year VARCHAR(9) NOT NULL, 
	sourced_id VARCHAR(100) NOT NULL, 
	status VARCHAR(12) NOT NULL, 
	batch_id INTEGER NOT NULL, 
	source_row INTEGER NOT NULL, 
	date_last_modified DATETIME NOT NULL, changed_in INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_study_cohort PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_study_cohort_adviser_id_person FOREIGN KEY(adviser_id) REFERENCES person (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_study_cohort_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_study_cohort_programme_id_programme FOREIGN KEY(programme_id) REFERENCES programme (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "study_cohort" VALUES('ЖМ-24-01қ','plt:programme:1',3,'kk',NULL,'2026-2027','plt:group:501','active',1,2,'2026-11-16 02:30:00.000000',1);
CREATE INDEX ix_academic_session_status ON academic_session (status);
CREATE INDEX ix_import_file_sha256 ON import_file (sha256);
CREATE INDEX ix_org_status ON org (status);
CREATE INDEX ix_quarantine_batch_id ON quarantine (batch_id);
CREATE INDEX ix_quarantine_object ON quarantine (entity, sourced_id);
CREATE INDEX ix_quarantine_state ON quarantine (state, entity);
CREATE INDEX ix_discipline_code ON discipline (code);
CREATE INDEX ix_discipline_status ON discipline (status);
CREATE INDEX ix_person_iin_digest ON person (iin_digest);
CREATE INDEX ix_person_status ON person (status);
CREATE INDEX ix_person_username ON person (username);
CREATE INDEX ix_programme_code ON programme (code);
CREATE INDEX ix_programme_status ON programme (status);
CREATE INDEX ix_employment_person_id ON employment (person_id);
CREATE INDEX ix_employment_status ON employment (status);
CREATE INDEX ix_offering_discipline_id ON offering (discipline_id);
CREATE INDEX ix_offering_kafedra_id ON offering (kafedra_id);
CREATE INDEX ix_offering_programme_id ON offering (programme_id);
CREATE INDEX ix_offering_session_id ON offering (session_id);
CREATE INDEX ix_offering_status ON offering (status);
CREATE INDEX ix_study_cohort_status ON study_cohort (status);
CREATE INDEX ix_cohort_member_cohort_id ON cohort_member (cohort_id);
CREATE INDEX ix_cohort_member_person_id ON cohort_member (person_id);
CREATE INDEX ix_cohort_member_status ON cohort_member (status);
CREATE INDEX ix_enrolment_person_id ON enrolment (person_id);
CREATE INDEX ix_enrolment_status ON enrolment (status);
CREATE INDEX ix_moodle_event_object ON moodle_event (kind, "key");
CREATE INDEX ix_applied_course ON applied (kind, course_key);
CREATE INDEX ix_journal_entry_object ON journal_entry (kind, "key");
CREATE INDEX ix_journal_entry_run_id ON journal_entry (run_id);
CREATE INDEX ix_journal_entry_written_at ON journal_entry (written_at);
CREATE INDEX ix_sent_batch_answered_at ON sent_batch (answered_at);
CREATE INDEX ix_sent_batch_run_id ON sent_batch (run_id);
CREATE TRIGGER journal_entry_no_update BEFORE UPDATE ON journal_entry BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE INDEX ix_enrolment_offering ON enrolment (offering_id, status, cohort_id, changed_in);
CREATE INDEX ix_enrolment_cohort_id ON enrolment (cohort_id);
COMMIT;
