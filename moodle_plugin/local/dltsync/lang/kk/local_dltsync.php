<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

/**
 * Strings in Kazakh.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['badrequest'] = 'Сұрау келісілген түрде емес: {$a}';
$string['batchbusy'] = 'Бұл топтаманы қазір басқа шақыру өңдеп жатыр. Кейінірек қайталап көріңіз.';
$string['batchclosed'] = 'Бұл топтама қайтарып алынды, оны енді қолдануға болмайды.';
$string['batchdamaged'] = 'Сұрау жолда бүлінген: операциялар саны немесе хеші сәйкес келмейді. Ештеңе орындалмады.';
$string['cf_code'] = 'Пән коды';
$string['cf_delivery_mode'] = 'Өткізу түрі';
$string['cf_ects'] = 'ECTS кредиттері';
$string['cf_kafedra'] = 'Кафедра';
$string['cf_programme'] = 'Білім беру бағдарламасы';
$string['cf_study_year'] = 'Оқу курсы';
$string['count_adopt'] = 'басқаруға алынды: {$a}';
$string['count_create'] = 'жасалды: {$a}';
$string['count_delete'] = 'жойылды: {$a}';
$string['count_failed'] = 'орындалмады: {$a}';
$string['count_held'] = 'бекітуді күтуде: {$a}';
$string['count_recreate'] = 'қайта жасалды: {$a}';
$string['count_remove_category'] = 'жасырылды: {$a}';
$string['count_remove_cohort'] = 'босатылды: {$a}';
$string['count_remove_course'] = 'жасырылып, мұрағатқа көшірілді: {$a}';
$string['count_remove_enrolment'] = 'уақытша тоқтатылды: {$a}';
$string['count_remove_group'] = 'алып тасталды: {$a}';
$string['count_remove_user'] = 'бұғатталды: {$a}';
$string['count_remove_video'] = 'жасырылды: {$a}';
$string['count_restore'] = 'қалпына келтірілді: {$a}';
$string['count_skipped'] = 'өткізіп жіберілді: {$a}';
$string['count_update'] = 'өзгертілді: {$a}';
$string['counts_line'] = '{$a->what} — {$a->done}';
$string['counts_none'] = 'Өзгеріс жоқ';
$string['dltsync:apply'] = 'dlt-sync жоспарларын қолдану: санаттарды, пайдаланушыларды, ғаламдық топтарды, курстарды, топтарды, тіркеулерді және бейнелерді жасау мен өзгерту';
$string['dltsync:managerequests'] = 'Бейне туралы барлық өтінімдерді көру және олар бойынша шешім қабылдау';
$string['dltsync:pushstatus'] = 'dlt-sync іске қосылымдарын бөлім бетінде көрсету';
$string['dltsync:read'] = 'dlt-sync басқаруындағы және басқаруға алуға болатын нысандарды оқу';
$string['dltsync:reportvideo'] = 'Бейнедегі ақау туралы хабарлау';
$string['dltsync:requestshooting'] = 'Түсірілімге тапсырыс беру және не жетіспейтінін көру';
$string['dltsync:suggestvideo'] = 'Бейне ұсыну және не жетіспейтінін көру';
$string['dltsync:viewcoverage'] = 'Кафедра курстарының бейнемен қамтылуын көру';
$string['dltsync:viewreport'] = 'dlt-sync іске қосылымдарын көру';
$string['dltsync:viewvideos'] = 'Курстың бейнелерін көру';
$string['event_request_created'] = 'Бейне туралы өтінім жасалды';
$string['event_request_stage_changed'] = 'Бейне туралы өтінімнің кезеңі өзгерді';
$string['immediate'] = 'Оқиғаларды бірден жіберу';
$string['immediate_desc'] = 'Курсқа тіркеулер бірге жазылады және бірден күшіне енеді. Олар туралы оқиғалар мен хуктарды (форум жазылымдары, журнал жазбалары, басқа плагиндер) келесі cron бастайтын тапсырма жібереді. Қосулы болса, олар бағдарламаның өз сұранысында жіберіледі, бұл бірнеше есе ұзаққа созылады.';
$string['kind_category'] = 'Санаттар';
$string['kind_cohort'] = 'Ғаламдық топтар';
$string['kind_course'] = 'Курстар';
$string['kind_enrolment'] = 'Тіркеулер';
$string['kind_group'] = 'Топтар';
$string['kind_user'] = 'Пайдаланушылар';
$string['kind_video'] = 'Бейнелер';
$string['message_newrequest'] = 'Жаңа өтінім түсті: «{$a->title}» ({$a->type}, «{$a->course}» курсы).';
$string['message_newrequest_subject'] = 'Жаңа: {$a->type} – {$a->title}';
$string['message_requeststage'] = 'Сіздің «{$a->title}» өтініміңіз ({$a->type}, «{$a->course}» курсы) енді мына кезеңде: {$a->stage}.';
$string['message_requeststage_subject'] = '{$a->type}: {$a->stage} – {$a->title}';
$string['messageprovider:newrequest'] = 'Бейне туралы жаңа өтінімдер';
$string['messageprovider:requeststage'] = 'Бейне туралы өтінімдеріңіздің жаңалықтары';
$string['mode_apply'] = 'Жоспарды қолдану';
$string['mode_plan'] = 'Жоспар құру';
$string['mode_undo'] = 'Іске қосылым нәтижесін болдырмау';
$string['noruns'] = 'Мұнда dlt-sync бағдарламасының бірде-бір іске қосылымы әлі көрсетілген жоқ. Іске қосылым аяқталған соң осында пайда болады: жоспарды <code>dlt-sync apply</code> пәрменімен қолданыңыз. Ол орындалса да, бет бос болса, себебін <code>dlt-sync doctor</code> пәрмені айтады.';
$string['pluginname'] = 'Бөлім тізілімі (dlt-sync)';
$string['privacy:metadata:answer'] = 'Жолда жоғалған жауапты қайталауға болуы үшін әр өзгеріске бағдарламаға берілген жауаптар. 30 күннен кейін жойылады.';
$string['privacy:metadata:answer:answer'] = 'Өзгерістен кейінгі нысан; пайдаланушы үшін — аты-жөні, логині және электрондық поштасы.';
$string['privacy:metadata:event'] = 'Бағдарлама басқаратын нысандардан адамдар қолмен нені жойғаны.';
$string['privacy:metadata:event:data'] = 'Нысан санат немесе курс болса, оның атауы.';
$string['privacy:metadata:event:kind'] = 'Нысанның түрі.';
$string['privacy:metadata:event:moodleid'] = 'Нысанның Moodle жүйесіндегі идентификаторы.';
$string['privacy:metadata:event:name'] = 'Не істелгені.';
$string['privacy:metadata:event:sourcedid'] = 'Нысанға сәйкес келген жазбаның кілті.';
$string['privacy:metadata:event:timecreated'] = 'Қашан істелгені.';
$string['privacy:metadata:event:userid'] = 'Кім істегені. Сұрау бойынша ұмытылады, фактінің өзі қалады.';
$string['privacy:metadata:object'] = 'Тіркелгі немесе басқа нысан бөлімнің қай жазбасына сәйкес келетіні. Тіркелгі жойылғаннан кейін де қалады, сонда бағдарлама оны бекітусіз қайта жасамайды.';
$string['privacy:metadata:object:kind'] = 'Нысанның түрі.';
$string['privacy:metadata:object:moodleid'] = 'Тіркелгінің немесе нысанның Moodle жүйесіндегі идентификаторы.';
$string['privacy:metadata:object:sourcedid'] = 'Жазбаның кілті.';
$string['privacy:metadata:object:timecreated'] = 'Нысан қай уақыттан бері басқаруда екені.';
$string['privacy:metadata:object:timemodified'] = 'Басқару туралы жазба қашан өзгертілгені.';
$string['privacy:metadata:queue'] = 'Тіркеулер туралы сайттың басқа бөліктеріне әлі жіберілмеген оқиғалар. Оқиға жіберілген бойда жол жойылады.';
$string['privacy:metadata:queue:actorid'] = 'Мұны орындаған бағдарламаның есептік жазбасы.';
$string['privacy:metadata:queue:courseid'] = 'Қай курсқа.';
$string['privacy:metadata:queue:news'] = 'Не болды: тіркеу күндерімен, рөлдерімен және топтарымен.';
$string['privacy:metadata:queue:timecreated'] = 'Қашан жасалды.';
$string['privacy:metadata:queue:userid'] = 'Кім тіркелді.';
$string['privacy:metadata:run'] = 'Бөлім бетінде көрсетілген бағдарлама іске қосылымдары.';
$string['privacy:metadata:run:summary'] = 'Іске қосылым қалай өткені туралы бағдарламаның сөйлемі. Адамдардың аты-жөнінсіз жазылады.';
$string['privacy:metadata:sent'] = 'Бөлім бағдарламасы тіркелгілерді және курсқа тіркеулерді веб-қызметтер арқылы оқиды және жазады.';
$string['privacy:metadata:sent:email'] = 'Электрондық пошта мекенжайы.';
$string['privacy:metadata:sent:enrolments'] = 'Күндері, рөлдері және топтары бар тіркеулер.';
$string['privacy:metadata:sent:firstname'] = 'Аты.';
$string['privacy:metadata:sent:idnumber'] = 'Бөлім тізіліміндегі идентификатор.';
$string['privacy:metadata:sent:lang'] = 'Тіркелгінің тілі.';
$string['privacy:metadata:sent:lastname'] = 'Тегі.';
$string['privacy:metadata:sent:middlename'] = 'Әкесінің аты.';
$string['privacy:metadata:sent:suspended'] = 'Тіркелгі бұғатталған ба.';
$string['privacy:metadata:sent:username'] = 'Логин.';
$string['request'] = 'Өтінім';
$string['request_detail'] = '{$a->what}: {$a->is}';
$string['request_planned'] = 'Жоспарланған күні';
$string['request_reason'] = 'Себебі';
$string['request_specialist'] = 'Бейне маманы';
$string['role_dltsync'] = 'dlt-sync: оқу және қолдану';
$string['role_dltsync_desc'] = 'dlt-sync бағдарламасына өз басқаруындағы нысандарды оқуға, жоспарларды қолдануға және іске қосылымдарын көрсетуге мүмкіндік береді.';
$string['role_dltsyncread'] = 'dlt-sync: тек оқу';
$string['role_dltsyncread_desc'] = 'dlt-sync бағдарламасына өз басқаруындағы нысандарды оқуға мүмкіндік береді; жоспар үшін бұл жеткілікті.';
$string['run'] = 'Іске қосылым';
$string['run_counts'] = 'Не істелді';
$string['run_duration'] = 'Ұзақтығы';
$string['run_mode'] = 'Іске қосылым түрі';
$string['run_number'] = 'Іске қосылым №';
$string['run_started'] = 'Басталуы';
$string['run_verdict'] = 'Нәтиже';
$string['runs'] = 'dlt-sync іске қосылымдары';
$string['task_clear_answers'] = 'dlt-sync бағдарламасының ескі топтамаларын жою';
$string['task_deliver_events'] = 'dlt-sync бағдарламасы жасаған тіркеулер туралы оқиғаларды жіберу';
$string['task_resume_events'] = 'dlt-sync бағдарламасының артта қалған оқиғаларын жіберу';
$string['verdict_failed'] = 'Орындалмады';
$string['verdict_ok'] = 'Орындалды';
$string['verdict_partial'] = 'Ішінара орындалды';
$string['verdict_refused'] = 'Тексеру тоқтатты';
$string['video_kind_lab'] = 'Зертханалық сабақ';
$string['video_kind_lecture'] = 'Дәріс';
$string['video_kind_other'] = 'Басқа';
$string['video_kind_practical'] = 'Практикалық сабақ';
$string['video_kind_sro'] = 'БӨЖ';
$string['video_kind_srop'] = 'БОӨЖ';
$string['video_language_en'] = 'ағылшынша';
$string['video_language_kk'] = 'қазақша';
$string['video_language_ru'] = 'орысша';
$string['video_problem_asks_login'] = 'Есептік жазбамен кіруді сұрайды';
$string['video_problem_does_not_play'] = 'Ойнатылмайды';
$string['video_problem_other'] = 'Басқа';
$string['video_problem_wrong_language'] = 'Бейне басқа тілде';
$string['video_problem_wrong_video'] = 'Бұл басқа бейне';
$string['video_stage_accepted'] = 'Қабылданды';
$string['video_stage_approved'] = 'Бекітілді';
$string['video_stage_cancelled'] = 'Тоқтатылды';
$string['video_stage_corrections'] = 'Түзетілуде';
$string['video_stage_in_review'] = 'Қаралуда';
$string['video_stage_published'] = 'Жарияланды';
$string['video_stage_published_problem'] = 'Шешілді';
$string['video_stage_published_suggestion'] = 'Курсқа орналастырылды';
$string['video_stage_rejected'] = 'Қабылданбады';
$string['video_stage_requested'] = 'Берілді';
$string['video_stage_rough_cut'] = 'Алғашқы монтажы дайын';
$string['video_stage_scheduled'] = 'Түсірілім күні белгіленді';
$string['video_stage_scripted'] = 'Сценарийі дайын';
$string['video_stage_shot'] = 'Түсірілді';
$string['video_state_broken'] = 'Сілтеме жұмыс істемейді';
$string['video_state_missing'] = 'Бейне жоқ';
$string['video_state_not_owed'] = 'Бейне талап етілмейді';
$string['video_state_ok'] = 'Бейне жұмыс істейді';
$string['video_state_other_language'] = 'Тек басқа тілде';
$string['video_state_stale'] = 'Ескірген';
$string['video_type_problem'] = 'Бейнедегі ақау';
$string['video_type_shooting'] = 'Түсірілім';
$string['video_type_suggestion'] = 'Ұсынылған бейне';
$string['video_why_age'] = 'тым ертеде жазылған';
$string['video_why_auth_required'] = 'жүйеге кіруді талап етеді';
$string['video_why_author_left'] = 'авторы жұмыстан кеткен';
$string['video_why_declared'] = 'бөлім ескірген деп таныды';
$string['video_why_embed_blocked'] = 'басқа беттерге ендіруге тыйым салынған';
$string['video_why_gone'] = 'жойылған';
$string['video_why_moved'] = 'басқа мекенжайға көшті';
$string['video_why_ok'] = 'жұмыс істейді';
$string['video_why_private'] = 'иесі жауып қойған';
$string['video_why_review_due'] = 'қайта қарау мерзімі келді';
$string['video_why_slow'] = 'тым баяу жауап береді';
$string['video_why_topic_changed'] = 'содан бері тақырып өзгерді';
$string['video_why_unknown'] = 'тексеру мүмкін болмады';
$string['video_why_unreachable'] = 'сайты жауап бермейді';
$string['video_why_wrong_target'] = 'сілтемеде басқа бейне тұр';
