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
 * Strings in Russian.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['badrequest'] = 'Запрос составлен не по договорённости: {$a}';
$string['batchbusy'] = 'Этот пакет сейчас обрабатывает другой вызов. Повторите попытку позже.';
$string['batchclosed'] = 'Этот пакет отозван, применить его больше нельзя.';
$string['batchdamaged'] = 'Запрос повреждён в пути: не сходится число операций или хеш. Ничего не выполнено.';
$string['cf_code'] = 'Код дисциплины';
$string['cf_delivery_mode'] = 'Форма проведения';
$string['cf_ects'] = 'Кредиты ECTS';
$string['cf_kafedra'] = 'Кафедра';
$string['cf_programme'] = 'Образовательная программа';
$string['cf_study_year'] = 'Курс обучения';
$string['count_adopt'] = 'принято под управление: {$a}';
$string['count_create'] = 'создано: {$a}';
$string['count_delete'] = 'удалено: {$a}';
$string['count_failed'] = 'не удалось: {$a}';
$string['count_held'] = 'ждёт утверждения: {$a}';
$string['count_recreate'] = 'создано заново: {$a}';
$string['count_remove_category'] = 'скрыто: {$a}';
$string['count_remove_cohort'] = 'очищено: {$a}';
$string['count_remove_course'] = 'скрыто и перенесено в архив: {$a}';
$string['count_remove_enrolment'] = 'приостановлено: {$a}';
$string['count_remove_group'] = 'убрано: {$a}';
$string['count_remove_user'] = 'заблокировано: {$a}';
$string['count_remove_video'] = 'скрыто: {$a}';
$string['count_restore'] = 'восстановлено: {$a}';
$string['count_skipped'] = 'пропущено: {$a}';
$string['count_update'] = 'изменено: {$a}';
$string['counts_line'] = '{$a->what} — {$a->done}';
$string['counts_none'] = 'Изменений нет';
$string['dltsync:apply'] = 'Применять планы dlt-sync: создавать и изменять категории, пользователей, глобальные группы, курсы, группы, зачисления и видео';
$string['dltsync:managerequests'] = 'Видеть все заявки о видео и принимать по ним решения';
$string['dltsync:pushstatus'] = 'Показывать запуски dlt-sync на странице отдела';
$string['dltsync:read'] = 'Читать объекты под управлением dlt-sync и те, что можно под него принять';
$string['dltsync:reportvideo'] = 'Сообщать о проблеме с видео';
$string['dltsync:requestshooting'] = 'Заказывать съёмку и видеть, чего не хватает';
$string['dltsync:suggestvideo'] = 'Предлагать видео и видеть, чего не хватает';
$string['dltsync:viewcoverage'] = 'Видеть обеспеченность курсов кафедры видео';
$string['dltsync:viewreport'] = 'Видеть запуски dlt-sync';
$string['dltsync:viewvideos'] = 'Видеть видео курса';
$string['event_request_created'] = 'Создана заявка о видео';
$string['event_request_stage_changed'] = 'Изменён этап заявки о видео';
$string['immediate'] = 'Отправлять события сразу';
$string['immediate_desc'] = 'Зачисления записываются вместе и действуют сразу. События и хуки о них (подписки на форумы, записи в журнале, другие плагины) отправляет задача, которую запускает ближайший cron. Если включено, они отправляются в самом запросе программы, что во много раз дольше.';
$string['kind_category'] = 'Категории';
$string['kind_cohort'] = 'Глобальные группы';
$string['kind_course'] = 'Курсы';
$string['kind_enrolment'] = 'Зачисления';
$string['kind_group'] = 'Группы';
$string['kind_user'] = 'Пользователи';
$string['kind_video'] = 'Видео';
$string['message_newrequest'] = 'Поступила новая заявка «{$a->title}» ({$a->type}, курс «{$a->course}»).';
$string['message_newrequest_subject'] = 'Новое: {$a->type} – {$a->title}';
$string['message_requeststage'] = 'Ваша заявка «{$a->title}» ({$a->type}, курс «{$a->course}») теперь на этапе: {$a->stage}.';
$string['message_requeststage_subject'] = '{$a->type}: {$a->stage} – {$a->title}';
$string['messageprovider:newrequest'] = 'Новые заявки о видео';
$string['messageprovider:requeststage'] = 'Новости о ваших заявках о видео';
$string['mode_apply'] = 'Применение плана';
$string['mode_plan'] = 'Составление плана';
$string['mode_undo'] = 'Отмена запуска';
$string['noruns'] = 'Здесь ещё не показан ни один запуск dlt-sync. Запуск появится здесь, когда завершится: примените план командой <code>dlt-sync apply</code>. Если это сделано, а страница пуста, причину назовёт команда <code>dlt-sync doctor</code>.';
$string['pluginname'] = 'Реестр отдела (dlt-sync)';
$string['privacy:metadata:answer'] = 'Ответы программе на каждое изменение, чтобы потерянный в пути ответ можно было повторить. Удаляются через 30 дней.';
$string['privacy:metadata:answer:answer'] = 'Объект после изменения; для пользователя — имена, логин и адрес электронной почты.';
$string['privacy:metadata:event'] = 'Что люди вручную удалили из объектов под управлением программы.';
$string['privacy:metadata:event:data'] = 'Название объекта, если это категория или курс.';
$string['privacy:metadata:event:kind'] = 'Вид объекта.';
$string['privacy:metadata:event:moodleid'] = 'Идентификатор объекта в Moodle.';
$string['privacy:metadata:event:name'] = 'Что было сделано.';
$string['privacy:metadata:event:sourcedid'] = 'Ключ записи, которой соответствовал объект.';
$string['privacy:metadata:event:timecreated'] = 'Когда это было сделано.';
$string['privacy:metadata:event:userid'] = 'Кто это сделал. По запросу забывается, сам факт остаётся.';
$string['privacy:metadata:object'] = 'Какой записи отдела соответствует учётная запись или другой объект. Остаётся после удаления учётной записи, чтобы программа не создала её заново без утверждения.';
$string['privacy:metadata:object:kind'] = 'Вид объекта.';
$string['privacy:metadata:object:moodleid'] = 'Идентификатор учётной записи или объекта в Moodle.';
$string['privacy:metadata:object:sourcedid'] = 'Ключ записи.';
$string['privacy:metadata:object:timecreated'] = 'С какого времени объект под управлением.';
$string['privacy:metadata:object:timemodified'] = 'Когда запись об управлении изменена.';
$string['privacy:metadata:queue'] = 'События о зачислениях, которые ещё не отправлены другим частям сайта. Строка удаляется, как только событие отправлено.';
$string['privacy:metadata:queue:actorid'] = 'Учётная запись программы, которая это сделала.';
$string['privacy:metadata:queue:courseid'] = 'В какой курс.';
$string['privacy:metadata:queue:news'] = 'Что произошло: зачисление с датами, ролями и группами.';
$string['privacy:metadata:queue:timecreated'] = 'Когда это сделано.';
$string['privacy:metadata:queue:userid'] = 'Кто зачислен.';
$string['privacy:metadata:run'] = 'Запуски программы, показанные на странице отдела.';
$string['privacy:metadata:run:summary'] = 'Предложение программы о том, как прошёл запуск. Пишется без имён людей.';
$string['privacy:metadata:sent'] = 'Программа отдела читает и записывает учётные записи и зачисления через веб-службы.';
$string['privacy:metadata:sent:email'] = 'Адрес электронной почты.';
$string['privacy:metadata:sent:enrolments'] = 'Зачисления с датами, ролями и группами.';
$string['privacy:metadata:sent:firstname'] = 'Имя.';
$string['privacy:metadata:sent:idnumber'] = 'Идентификатор в реестре отдела.';
$string['privacy:metadata:sent:lang'] = 'Язык учётной записи.';
$string['privacy:metadata:sent:lastname'] = 'Фамилия.';
$string['privacy:metadata:sent:middlename'] = 'Отчество.';
$string['privacy:metadata:sent:suspended'] = 'Заблокирована ли учётная запись.';
$string['privacy:metadata:sent:username'] = 'Логин.';
$string['request'] = 'Заявка';
$string['request_detail'] = '{$a->what}: {$a->is}';
$string['request_planned'] = 'Запланировано на';
$string['request_reason'] = 'Причина';
$string['request_specialist'] = 'Видеоспециалист';
$string['role_dltsync'] = 'dlt-sync: чтение и применение';
$string['role_dltsync_desc'] = 'Позволяет программе dlt-sync читать объекты под её управлением, применять планы и показывать запуски.';
$string['role_dltsyncread'] = 'dlt-sync: только чтение';
$string['role_dltsyncread_desc'] = 'Позволяет программе dlt-sync читать объекты под её управлением; этого достаточно для плана.';
$string['run'] = 'Запуск';
$string['run_counts'] = 'Что сделано';
$string['run_duration'] = 'Длительность';
$string['run_mode'] = 'Вид запуска';
$string['run_number'] = 'Запуск №';
$string['run_started'] = 'Начало';
$string['run_verdict'] = 'Итог';
$string['runs'] = 'Запуски dlt-sync';
$string['task_clear_answers'] = 'Удаление старых пакетов dlt-sync';
$string['task_deliver_events'] = 'Отправка событий о зачислениях, сделанных dlt-sync';
$string['task_resume_events'] = 'Отправка отставших событий dlt-sync';
$string['verdict_failed'] = 'Не выполнено';
$string['verdict_ok'] = 'Выполнено';
$string['verdict_partial'] = 'Выполнено частично';
$string['verdict_refused'] = 'Остановлено проверкой';
$string['video_kind_lab'] = 'Лабораторное занятие';
$string['video_kind_lecture'] = 'Лекция';
$string['video_kind_other'] = 'Другое';
$string['video_kind_practical'] = 'Практическое занятие';
$string['video_kind_sro'] = 'СРО';
$string['video_kind_srop'] = 'СРОП';
$string['video_language_en'] = 'английский';
$string['video_language_kk'] = 'казахский';
$string['video_language_ru'] = 'русский';
$string['video_problem_asks_login'] = 'Требуется вход в учётную запись';
$string['video_problem_does_not_play'] = 'Не воспроизводится';
$string['video_problem_other'] = 'Другое';
$string['video_problem_wrong_language'] = 'Видео на другом языке';
$string['video_problem_wrong_video'] = 'Это другое видео';
$string['video_stage_accepted'] = 'Принята';
$string['video_stage_approved'] = 'Утверждена';
$string['video_stage_cancelled'] = 'Отменена';
$string['video_stage_corrections'] = 'На доработке';
$string['video_stage_in_review'] = 'На просмотре';
$string['video_stage_published'] = 'Опубликована';
$string['video_stage_published_problem'] = 'Решена';
$string['video_stage_published_suggestion'] = 'Размещено в курсе';
$string['video_stage_rejected'] = 'Отклонена';
$string['video_stage_requested'] = 'Подана';
$string['video_stage_rough_cut'] = 'Черновой монтаж готов';
$string['video_stage_scheduled'] = 'Съёмка назначена';
$string['video_stage_scripted'] = 'Сценарий готов';
$string['video_stage_shot'] = 'Снято';
$string['video_state_broken'] = 'Ссылка не работает';
$string['video_state_missing'] = 'Видео нет';
$string['video_state_not_owed'] = 'Видео не требуется';
$string['video_state_ok'] = 'Видео работает';
$string['video_state_other_language'] = 'Только на другом языке';
$string['video_state_stale'] = 'Устарело';
$string['video_type_problem'] = 'Проблема с видео';
$string['video_type_shooting'] = 'Съёмка';
$string['video_type_suggestion'] = 'Предложенное видео';
$string['video_why_age'] = 'записано слишком давно';
$string['video_why_auth_required'] = 'требует входа';
$string['video_why_author_left'] = 'автор больше не работает';
$string['video_why_declared'] = 'признано устаревшим отделом';
$string['video_why_embed_blocked'] = 'встраивание запрещено';
$string['video_why_gone'] = 'удалено';
$string['video_why_moved'] = 'переехало на другой адрес';
$string['video_why_ok'] = 'работает';
$string['video_why_private'] = 'закрыто владельцем';
$string['video_why_review_due'] = 'подошёл срок пересмотра';
$string['video_why_slow'] = 'отвечает слишком медленно';
$string['video_why_topic_changed'] = 'тема с тех пор изменилась';
$string['video_why_unknown'] = 'проверить не удалось';
$string['video_why_unreachable'] = 'сайт не отвечает';
$string['video_why_wrong_target'] = 'по ссылке другое видео';
