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
	date_last_modified DATETIME NOT NULL, 
	CONSTRAINT pk_academic_session PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_academic_session_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_academic_session_parent_id_academic_session FOREIGN KEY(parent_id) REFERENCES academic_session (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "academic_session" VALUES('term','2026-2027/1',NULL,'2026-09-01','2027-01-16',20,'plt:term:1','active',1,2,'2026-11-16 02:30:00.000000');
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
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
	date_last_modified DATETIME NOT NULL, 
	CONSTRAINT pk_cohort_member PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_cohort_member_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_cohort_member_cohort_id_study_cohort FOREIGN KEY(cohort_id) REFERENCES study_cohort (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_cohort_member_person_id_person FOREIGN KEY(person_id) REFERENCES person (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "cohort_member" VALUES('plt:group:501','plt:student:910001','2026-09-01',NULL,NULL,NULL,'212-с','plt:member:1','active',1,2,'2026-11-16 02:30:00.000000');
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
	date_last_modified DATETIME NOT NULL, 
	CONSTRAINT pk_discipline PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_discipline_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_discipline_kafedra_id_org FOREIGN KEY(kafedra_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "discipline" VALUES('GIE3201','GiE 3201','Гигиена','Гигиена','Hygiene','plt:cafedra:59',4,'plt:subject:302','active',1,2,'2026-11-16 02:30:00.000000');
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
	date_last_modified DATETIME NOT NULL, 
	CONSTRAINT pk_employment PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_employment_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_employment_org_id_org FOREIGN KEY(org_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_employment_person_id_person FOREIGN KEY(person_id) REFERENCES person (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "employment" VALUES('plt:tutor:820001','plt:cafedra:59','lecturer',0.75,1,'2026-09-01',NULL,'101-ж','plt:employment:1','active',1,2,'2026-11-16 02:30:00.000000');
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
	date_last_modified DATETIME NOT NULL, 
	CONSTRAINT pk_enrolment PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_enrolment_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_enrolment_cohort_id_study_cohort FOREIGN KEY(cohort_id) REFERENCES study_cohort (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_enrolment_offering_id_offering FOREIGN KEY(offering_id) REFERENCES offering (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_enrolment_person_id_person FOREIGN KEY(person_id) REFERENCES person (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "enrolment" VALUES('plt:offering:17','plt:student:910001','student','plt:group:501',NULL,NULL,'active','212-с','plt:enrolment:1','active',1,2,'2026-11-16 02:30:00.000000');
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
	date_last_modified DATETIME NOT NULL, 
	CONSTRAINT pk_offering PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_offering_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_offering_discipline_id_discipline FOREIGN KEY(discipline_id) REFERENCES discipline (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_offering_kafedra_id_org FOREIGN KEY(kafedra_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_offering_programme_id_programme FOREIGN KEY(programme_id) REFERENCES programme (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_offering_session_id_academic_session FOREIGN KEY(session_id) REFERENCES academic_session (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "offering" VALUES('plt:subject:302','plt:term:1','kk','plt:programme:1',3,'plt:cafedra:59',5,'blended',4,NULL,NULL,'plt:offering:17','active',1,2,'2026-11-16 02:30:00.000000');
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
	date_last_modified DATETIME NOT NULL, 
	CONSTRAINT pk_org PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_org_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_org_parent_id_org FOREIGN KEY(parent_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "org" VALUES('faculty',NULL,'Гигиена','Гигиена','Hygiene','',NULL,NULL,NULL,NULL,'plt:faculty:1','active',1,2,'2026-11-16 02:30:00.000000');
INSERT INTO "org" VALUES('kafedra','plt:faculty:1','Гигиена','Гигиена','Hygiene','59','plt:tutor:820001',NULL,NULL,NULL,'plt:cafedra:59','active',1,2,'2026-11-16 02:30:00.000000');
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
	date_last_modified DATETIME NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_person_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_person_primary_org_id_org FOREIGN KEY(primary_org_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "person" VALUES('student','Сағынбекқызы','Әйгерім','',0,'valid','abababababababababababababababababababababababababababababababab','0007','s910001','s910001@academy.example','kk','plt:faculty:1','plt:student:910001','active',1,2,'2026-11-16 02:30:00.000000');
INSERT INTO "person" VALUES('teacher','Үлгібаев','Өскен','Мысалұлы',0,'absent','','','t820001','','',NULL,'plt:tutor:820001','tobedeleted',1,2,'2026-11-16 02:30:00.000000');
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
	date_last_modified DATETIME NOT NULL, 
	CONSTRAINT pk_programme PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_programme_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_programme_faculty_id_org FOREIGN KEY(faculty_id) REFERENCES org (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "programme" VALUES('6B10101','6В10101','Гигиена','Гигиена','Hygiene','integrated','','plt:faculty:1',0,NULL,NULL,'plt:programme:1','active',1,2,'2026-11-16 02:30:00.000000');
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
	date_last_modified DATETIME NOT NULL, 
	CONSTRAINT pk_study_cohort PRIMARY KEY (sourced_id), 
	CONSTRAINT fk_study_cohort_adviser_id_person FOREIGN KEY(adviser_id) REFERENCES person (sourced_id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT fk_study_cohort_batch_id_import_batch FOREIGN KEY(batch_id) REFERENCES import_batch (number), 
	CONSTRAINT fk_study_cohort_programme_id_programme FOREIGN KEY(programme_id) REFERENCES programme (sourced_id) DEFERRABLE INITIALLY DEFERRED
);
INSERT INTO "study_cohort" VALUES('ЖМ-24-01қ','plt:programme:1',3,'kk',NULL,'2026-2027','plt:group:501','active',1,2,'2026-11-16 02:30:00.000000');
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
CREATE INDEX ix_enrolment_offering_id ON enrolment (offering_id);
CREATE INDEX ix_enrolment_person_id ON enrolment (person_id);
CREATE INDEX ix_enrolment_status ON enrolment (status);
COMMIT;
