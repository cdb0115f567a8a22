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
 * Strings in English.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */

defined('MOODLE_INTERNAL') || die();

$string['badrequest'] = 'The request is not what was agreed: {$a}';
$string['batchbusy'] = 'This batch is being worked on by another call. Try again later.';
$string['batchclosed'] = 'This batch was recalled and can no longer be applied.';
$string['batchdamaged'] = 'The request was damaged on its way: its count or hash is wrong. Nothing was done.';
$string['cf_code'] = 'Discipline code';
$string['cf_delivery_mode'] = 'Mode of delivery';
$string['cf_ects'] = 'ECTS credits';
$string['cf_kafedra'] = 'Kafedra';
$string['cf_programme'] = 'Programme';
$string['cf_study_year'] = 'Year of study';
$string['count_adopt'] = '{$a} adopted';
$string['count_create'] = '{$a} created';
$string['count_delete'] = '{$a} deleted';
$string['count_failed'] = '{$a} failed';
$string['count_held'] = '{$a} waiting for approval';
$string['count_recreate'] = '{$a} made again';
$string['count_remove_category'] = '{$a} hidden';
$string['count_remove_cohort'] = '{$a} emptied';
$string['count_remove_course'] = '{$a} hidden and archived';
$string['count_remove_enrolment'] = '{$a} suspended';
$string['count_remove_group'] = '{$a} removed';
$string['count_remove_user'] = '{$a} suspended';
$string['count_remove_video'] = '{$a} hidden';
$string['count_restore'] = '{$a} restored';
$string['count_skipped'] = '{$a} skipped';
$string['count_update'] = '{$a} updated';
$string['counts_line'] = '{$a->what}: {$a->done}';
$string['counts_none'] = 'Nothing was changed';
$string['dltsync:apply'] = 'Apply plans of dlt-sync: make and change categories, users, cohorts, courses, groups, enrolments and videos';
$string['dltsync:managerequests'] = 'See and decide all requests about videos';
$string['dltsync:pushstatus'] = 'Show the runs of dlt-sync on the department page';
$string['dltsync:read'] = 'Read what dlt-sync owns and what it could adopt';
$string['dltsync:reportvideo'] = 'Report a problem with a video';
$string['dltsync:requestshooting'] = 'Ask for a shooting, and see what is owed';
$string['dltsync:suggestvideo'] = 'Suggest a video, and see what is owed';
$string['dltsync:viewcoverage'] = 'See how far the courses of a kafedra are covered by videos';
$string['dltsync:viewreport'] = 'See the runs of dlt-sync';
$string['dltsync:viewvideos'] = 'See the videos of a course';
$string['event_request_created'] = 'Request about videos made';
$string['event_request_stage_changed'] = 'Request about videos came to another stage';
$string['immediate'] = 'Send events at once';
$string['immediate_desc'] = 'Enrolments are written together and count at once. Events and hooks about them (forum subscriptions, log entries, other plugins) are sent by a task that the next cron run starts. With this on they are sent in the program\'s own request, which takes many times longer.';
$string['kind_category'] = 'Categories';
$string['kind_cohort'] = 'Cohorts';
$string['kind_course'] = 'Courses';
$string['kind_enrolment'] = 'Enrolments';
$string['kind_group'] = 'Groups';
$string['kind_user'] = 'Users';
$string['kind_video'] = 'Videos';
$string['message_newrequest'] = 'There is a new request “{$a->title}” ({$a->type}, course “{$a->course}”).';
$string['message_newrequest_subject'] = 'New: {$a->type} – {$a->title}';
$string['message_requeststage'] = 'Your request “{$a->title}” ({$a->type}, course “{$a->course}”) is now at the stage: {$a->stage}.';
$string['message_requeststage_subject'] = '{$a->type}: {$a->stage} – {$a->title}';
$string['messageprovider:newrequest'] = 'New requests about videos';
$string['messageprovider:requeststage'] = 'News of your requests about videos';
$string['mode_apply'] = 'Applied a plan';
$string['mode_plan'] = 'Made a plan';
$string['mode_undo'] = 'Undid a run';
$string['noruns'] = 'No run of dlt-sync has been shown here yet. A run appears here when it has ended: apply a plan with <code>dlt-sync apply</code>. If that was done and this page stays empty, <code>dlt-sync doctor</code> says what is in the way.';
$string['pluginname'] = 'Department records (dlt-sync)';
$string['privacy:metadata:answer'] = 'What the program was answered for each change, so that an answer lost on its way can be given again. Cleared after 30 days.';
$string['privacy:metadata:answer:answer'] = 'The object as it was after the change; of a user the names, the log-in name and the e-mail address.';
$string['privacy:metadata:event'] = 'What people deleted by hand of the objects that the program owns.';
$string['privacy:metadata:event:data'] = 'The name of the object, where it is a category or a course.';
$string['privacy:metadata:event:kind'] = 'The kind of the object.';
$string['privacy:metadata:event:moodleid'] = 'The id of the object in Moodle.';
$string['privacy:metadata:event:name'] = 'What was done.';
$string['privacy:metadata:event:sourcedid'] = 'The key of the record that the object stood for.';
$string['privacy:metadata:event:timecreated'] = 'When it was done.';
$string['privacy:metadata:event:userid'] = 'Who did it. Forgotten on request; the fact stays.';
$string['privacy:metadata:object'] = 'Which record of the department an account or another object stands for. It stays when the account is deleted, so that the program does not make the account again without approval.';
$string['privacy:metadata:object:kind'] = 'The kind of the object.';
$string['privacy:metadata:object:moodleid'] = 'The id of the account or object in Moodle.';
$string['privacy:metadata:object:sourcedid'] = 'The key of the record.';
$string['privacy:metadata:object:timecreated'] = 'Since when the object is owned.';
$string['privacy:metadata:object:timemodified'] = 'When the ownership last changed.';
$string['privacy:metadata:queue'] = 'Events about enrolments that have yet to be sent to other parts of the site. A row is deleted as soon as it is sent.';
$string['privacy:metadata:queue:actorid'] = 'The account of the program that did it.';
$string['privacy:metadata:queue:courseid'] = 'In which course.';
$string['privacy:metadata:queue:news'] = 'What happened: the enrolment with its dates, roles and groups.';
$string['privacy:metadata:queue:timecreated'] = 'When it was done.';
$string['privacy:metadata:queue:userid'] = 'Who was enrolled.';
$string['privacy:metadata:run'] = 'Runs of the program as the department page shows them.';
$string['privacy:metadata:run:summary'] = 'The program\'s sentence on how the run went. It is written without names of people.';
$string['privacy:metadata:sent'] = 'The program of the department reads and writes accounts and enrolments through web services.';
$string['privacy:metadata:sent:email'] = 'The e-mail address.';
$string['privacy:metadata:sent:enrolments'] = 'Enrolments with their dates, roles and groups.';
$string['privacy:metadata:sent:firstname'] = 'The first name.';
$string['privacy:metadata:sent:idnumber'] = 'The identifier in the records.';
$string['privacy:metadata:sent:lang'] = 'The language of the account.';
$string['privacy:metadata:sent:lastname'] = 'The last name.';
$string['privacy:metadata:sent:middlename'] = 'The patronymic.';
$string['privacy:metadata:sent:suspended'] = 'Whether the account is suspended.';
$string['privacy:metadata:sent:username'] = 'The log-in name.';
$string['request'] = 'Request';
$string['request_detail'] = '{$a->what}: {$a->is}';
$string['request_planned'] = 'Planned for';
$string['request_reason'] = 'Reason';
$string['request_specialist'] = 'Video specialist';
$string['role_dltsync'] = 'dlt-sync: read and apply';
$string['role_dltsync_desc'] = 'Lets the dlt-sync program read what it owns, apply plans and show its runs.';
$string['role_dltsyncread'] = 'dlt-sync: read only';
$string['role_dltsyncread_desc'] = 'Lets the dlt-sync program read what it owns, which is enough for a plan.';
$string['run'] = 'Run';
$string['run_counts'] = 'What was done';
$string['run_duration'] = 'Duration';
$string['run_mode'] = 'What for';
$string['run_number'] = 'Run';
$string['run_started'] = 'Started';
$string['run_verdict'] = 'Result';
$string['runs'] = 'Runs of dlt-sync';
$string['task_clear_answers'] = 'Forget old batches of dlt-sync';
$string['task_deliver_events'] = 'Send events of enrolments made by dlt-sync';
$string['task_resume_events'] = 'Send events of dlt-sync that were left behind';
$string['verdict_failed'] = 'Failed';
$string['verdict_ok'] = 'Done';
$string['verdict_partial'] = 'Partly done';
$string['verdict_refused'] = 'Stopped by the guard';
$string['video_kind_lab'] = 'Laboratory class';
$string['video_kind_lecture'] = 'Lecture';
$string['video_kind_other'] = 'Other';
$string['video_kind_practical'] = 'Practical class';
$string['video_kind_sro'] = 'Independent work';
$string['video_kind_srop'] = 'Independent work with the teacher';
$string['video_language_en'] = 'English';
$string['video_language_kk'] = 'Kazakh';
$string['video_language_ru'] = 'Russian';
$string['video_problem_asks_login'] = 'It asks for a log-in';
$string['video_problem_does_not_play'] = 'It does not play';
$string['video_problem_other'] = 'Something else';
$string['video_problem_wrong_language'] = 'It is in another language';
$string['video_problem_wrong_video'] = 'It is another video';
$string['video_stage_accepted'] = 'Accepted';
$string['video_stage_approved'] = 'Approved';
$string['video_stage_cancelled'] = 'Cancelled';
$string['video_stage_corrections'] = 'Being corrected';
$string['video_stage_in_review'] = 'Being reviewed';
$string['video_stage_published'] = 'Published';
$string['video_stage_published_problem'] = 'Solved';
$string['video_stage_published_suggestion'] = 'Placed in the course';
$string['video_stage_rejected'] = 'Declined';
$string['video_stage_requested'] = 'Requested';
$string['video_stage_rough_cut'] = 'Rough cut ready';
$string['video_stage_scheduled'] = 'Shooting planned';
$string['video_stage_scripted'] = 'Script ready';
$string['video_stage_shot'] = 'Shot';
$string['video_state_broken'] = 'Link is broken';
$string['video_state_missing'] = 'No video';
$string['video_state_not_owed'] = 'No video is owed';
$string['video_state_ok'] = 'Working video';
$string['video_state_other_language'] = 'In another language only';
$string['video_state_stale'] = 'Out of date';
$string['video_type_problem'] = 'Problem with a video';
$string['video_type_shooting'] = 'Shooting';
$string['video_type_suggestion'] = 'Suggested video';
$string['video_why_age'] = 'recorded too long ago';
$string['video_why_auth_required'] = 'it asks for a log-in';
$string['video_why_author_left'] = 'the author has left';
$string['video_why_declared'] = 'declared out of date by the department';
$string['video_why_embed_blocked'] = 'it may not be shown inside other pages';
$string['video_why_gone'] = 'it is gone';
$string['video_why_moved'] = 'it has moved to another address';
$string['video_why_ok'] = 'it works';
$string['video_why_private'] = 'it is private';
$string['video_why_review_due'] = 'the review is due';
$string['video_why_slow'] = 'it answers too slowly';
$string['video_why_topic_changed'] = 'the topic has changed since';
$string['video_why_unknown'] = 'it could not be checked';
$string['video_why_unreachable'] = 'its site does not answer';
$string['video_why_wrong_target'] = 'it is another video by now';
