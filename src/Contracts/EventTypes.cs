// Written from the catalog by the test EventTypesTests; run it with EVENTBUS_WRITE_GENERATED=1 after changing the catalog.
namespace EventBus.Contracts;

/// <summary>The types of the catalog's events, by sender.</summary>
public static class EventTypes
{
    /// <summary>Types of events from Canvas.</summary>
    public static class Canvas
    {
        /// <summary>An allergy or intolerance was put on the record; later details follow in the updated event.</summary>
        public const string ClinicalRecordAllergyIntoleranceCreated = "canvas.clinical_record.allergy_intolerance.created";

        /// <summary>The stored facts of an allergy or intolerance changed, such as its reaction or its severity.</summary>
        public const string ClinicalRecordAllergyIntoleranceUpdated = "canvas.clinical_record.allergy_intolerance.updated";

        /// <summary>A booked appointment was called off; the same one can still come back through the restored event.</summary>
        public const string AppointmentCanceled = "canvas.appointment.canceled";

        /// <summary>The patient has shown up and reception has registered the arrival for this appointment.</summary>
        public const string AppointmentCheckedIn = "canvas.appointment.checked_in";

        /// <summary>A slot was booked for a patient; the target names the new appointment, times have to be looked up.</summary>
        public const string AppointmentCreated = "canvas.appointment.created";

        /// <summary>Staff noted that the patient did not come to the appointment.</summary>
        public const string AppointmentNoShowed = "canvas.appointment.no_showed";

        /// <summary>An appointment was moved: a fresh one takes its place and points back to the one it replaces.</summary>
        public const string AppointmentRescheduled = "canvas.appointment.rescheduled";

        /// <summary>An earlier cancellation was taken back and the appointment stands again.</summary>
        public const string AppointmentRestored = "canvas.appointment.restored";

        /// <summary>Something about an existing appointment changed, for example its length, place or note.</summary>
        public const string AppointmentUpdated = "canvas.appointment.updated";

        /// <summary>A charge came into being because a procedure code was put on a note.</summary>
        public const string BillingLineItemCreated = "canvas.billing.line_item.created";

        /// <summary>An existing charge changed, for example its units, modifiers or linked diagnoses.</summary>
        public const string BillingLineItemUpdated = "canvas.billing.line_item.updated";

        /// <summary>A clinician reviewed one of the patient's known conditions and recorded how it stands.</summary>
        public const string ClinicalRecordConditionAssessed = "canvas.clinical_record.condition.assessed";

        /// <summary>A diagnosis was added to the patient's problem list; more of it may arrive as an update.</summary>
        public const string ClinicalRecordConditionCreated = "canvas.clinical_record.condition.created";

        /// <summary>A problem on the list was closed as no longer active, by the command made for that.</summary>
        public const string ClinicalRecordConditionResolved = "canvas.clinical_record.condition.resolved";

        /// <summary>The stored facts of a diagnosis changed, such as its onset date or its coding.</summary>
        public const string ClinicalRecordConditionUpdated = "canvas.clinical_record.condition.updated";

        /// <summary>A patient's agreement, for instance to treatment or data sharing, was put on file.</summary>
        public const string PatientConsentCreated = "canvas.patient.consent.created";

        /// <summary>An agreement is no longer on file; stop relying on it from this moment.</summary>
        public const string PatientConsentDeleted = "canvas.patient.consent.deleted";

        /// <summary>An agreement on file changed, for example its state or its period; read it again.</summary>
        public const string PatientConsentUpdated = "canvas.patient.consent.updated";

        /// <summary>Insurance was recorded for a patient; the target names the new policy entry.</summary>
        public const string PatientCoverageCreated = "canvas.patient.coverage.created";

        /// <summary>A recorded insurance changed, such as member number, rank or validity.</summary>
        public const string PatientCoverageUpdated = "canvas.patient.coverage.updated";

        /// <summary>A contact between patient and care team was opened in the chart.</summary>
        public const string ClinicalRecordEncounterCreated = "canvas.clinical_record.encounter.created";

        /// <summary>A contact already in the chart changed, for example its state or its participants.</summary>
        public const string ClinicalRecordEncounterUpdated = "canvas.clinical_record.encounter.updated";

        /// <summary>A radiology or other imaging result was filed for a patient from incoming documents.</summary>
        public const string ClinicalRecordImagingReportCreated = "canvas.clinical_record.imaging_report.created";

        /// <summary>A filed imaging result changed, for instance after review or a new assignment.</summary>
        public const string ClinicalRecordImagingReportUpdated = "canvas.clinical_record.imaging_report.updated";

        /// <summary>A vaccine given here was recorded; lot, site and the like may come with an update.</summary>
        public const string ClinicalRecordImmunizationCreated = "canvas.clinical_record.immunization.created";

        /// <summary>A vaccination given elsewhere was recorded on the word of the patient or of another source.</summary>
        public const string ClinicalRecordImmunizationStatementCreated = "canvas.clinical_record.immunization_statement.created";

        /// <summary>A reported vaccination from elsewhere was corrected or completed.</summary>
        public const string ClinicalRecordImmunizationStatementUpdated = "canvas.clinical_record.immunization_statement.updated";

        /// <summary>The record of a vaccine given here was corrected or completed.</summary>
        public const string ClinicalRecordImmunizationUpdated = "canvas.clinical_record.immunization.updated";

        /// <summary>Advice for the patient was written into a note; further details may come as an update.</summary>
        public const string ClinicalRecordInstructionCreated = "canvas.clinical_record.instruction.created";

        /// <summary>Advice given to the patient was changed after it had been written.</summary>
        public const string ClinicalRecordInstructionUpdated = "canvas.clinical_record.instruction.updated";

        /// <summary>A set of answers was stored, from a questionnaire in a note or through the FHIR interface.</summary>
        public const string ClinicalRecordInterviewCreated = "canvas.clinical_record.interview.created";

        /// <summary>Stored answers changed; also the second half of a creation whose details come late.</summary>
        public const string ClinicalRecordInterviewUpdated = "canvas.clinical_record.interview.updated";

        /// <summary>Laboratory tests were ordered from a note; the tests themselves may come with an update.</summary>
        public const string ClinicalRecordLabOrderCreated = "canvas.clinical_record.lab_order.created";

        /// <summary>A laboratory order changed, for instance its tests, its laboratory or its progress.</summary>
        public const string ClinicalRecordLabOrderUpdated = "canvas.clinical_record.lab_order.updated";

        /// <summary>Laboratory results arrived, by hand, electronically or through the FHIR interface.</summary>
        public const string ClinicalRecordLabReportCreated = "canvas.clinical_record.lab_report.created";

        /// <summary>Laboratory results already on file changed, such as a correction or a review.</summary>
        public const string ClinicalRecordLabReportUpdated = "canvas.clinical_record.lab_report.updated";

        /// <summary>A medicine went onto the list of what the patient takes.</summary>
        public const string ClinicalRecordMedicationListItemCreated = "canvas.clinical_record.medication_list_item.created";

        /// <summary>An entry of the patient's medicine list changed, such as its directions or whether it is still taken.</summary>
        public const string ClinicalRecordMedicationListItemUpdated = "canvas.clinical_record.medication_list_item.updated";

        /// <summary>A message between a patient and the care team was written, in either direction.</summary>
        public const string MessageCreated = "canvas.message.created";

        /// <summary>A new chart was opened; the target is the patient itself, 32 hex digits without dashes.</summary>
        public const string PatientCreated = "canvas.patient.created";

        /// <summary>Something in a patient's own data changed, such as name, address or contact; read it anew.</summary>
        public const string PatientUpdated = "canvas.patient.updated";

        /// <summary>A prescription came into being for a patient; dose and pharmacy may follow in an update.</summary>
        public const string PrescriptionCreated = "canvas.prescription.created";

        /// <summary>A prescription got further details or moved on, for example towards the pharmacy.</summary>
        public const string PrescriptionUpdated = "canvas.prescription.updated";

        /// <summary>The letter of a specialist who saw the patient was filed from incoming documents.</summary>
        public const string ClinicalRecordReferralReportCreated = "canvas.clinical_record.referral_report.created";

        /// <summary>A specialist's letter already on file changed, for example after it was reviewed.</summary>
        public const string ClinicalRecordReferralReportUpdated = "canvas.clinical_record.referral_report.updated";

        /// <summary>Somebody wrote a remark under a task; the target names the remark, not the task.</summary>
        public const string TaskCommentCreated = "canvas.task.comment.created";

        /// <summary>A piece of work for staff was opened; assignee and due date have to be looked up.</summary>
        public const string TaskCreated = "canvas.task.created";

        /// <summary>Labels were put on or taken off a task; beware, the target names a label and not the task.</summary>
        public const string TaskLabelsAdjusted = "canvas.task.labels_adjusted";

        /// <summary>A task changed, which covers a new assignee, a new due date and its completion.</summary>
        public const string TaskUpdated = "canvas.task.updated";

        /// <summary>A set of measurements such as blood pressure or weight was begun; values may come later.</summary>
        public const string ClinicalRecordVitalSignCreated = "canvas.clinical_record.vital_sign.created";

        /// <summary>Measurements of a set got their values or were corrected.</summary>
        public const string ClinicalRecordVitalSignUpdated = "canvas.clinical_record.vital_sign.updated";

        /// <summary>Some command is about to enter a note, whichever kind it is; only its fields are known and a responder may refuse it.</summary>
        public const string CommandAnyPreOriginate = "canvas.command.any.pre_originate";

        /// <summary>A command of any kind now stands in a note, usually still empty or half filled.</summary>
        public const string CommandAnyPostOriginate = "canvas.command.any.post_originate";

        /// <summary>The contents of any command are about to change; a responder may refuse the new values.</summary>
        public const string CommandAnyPreUpdate = "canvas.command.any.pre_update";

        /// <summary>The contents of any command have changed; expect many of these while somebody types.</summary>
        public const string CommandAnyPostUpdate = "canvas.command.any.post_update";

        /// <summary>Any command is about to be signed off and to take effect; the last chance to refuse it.</summary>
        public const string CommandAnyPreCommit = "canvas.command.any.pre_commit";

        /// <summary>A command of any kind was signed off and its effect on the chart is final.</summary>
        public const string CommandAnyPostCommit = "canvas.command.any.post_commit";

        /// <summary>Any command that was not signed off is about to be thrown away; a responder may keep it.</summary>
        public const string CommandAnyPreDelete = "canvas.command.any.pre_delete";

        /// <summary>A command of any kind was thrown away before it took effect.</summary>
        public const string CommandAnyPostDelete = "canvas.command.any.post_delete";

        /// <summary>Any signed command is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandAnyPreEnterInError = "canvas.command.any.pre_enter_in_error";

        /// <summary>A signed command of any kind was struck as a mistake; undo what was derived from it.</summary>
        public const string CommandAnyPostEnterInError = "canvas.command.any.post_enter_in_error";

        /// <summary>Somebody is about to run one of the extra actions of a command, of any kind; a responder may refuse it.</summary>
        public const string CommandAnyPreExecuteAction = "canvas.command.any.pre_execute_action";

        /// <summary>One of the extra actions of a command was run, on a command of any kind.</summary>
        public const string CommandAnyPostExecuteAction = "canvas.command.any.post_execute_action";

        /// <summary>A clinician picked the condition to review from the offered list.</summary>
        public const string SearchAssessConditionSelected = "canvas.search.assess.condition.selected";

        /// <summary>Somebody typed into the medicine field of a medication statement; no results exist yet.</summary>
        public const string SearchMedicationStatementMedicationPreSearch = "canvas.search.medication_statement.medication.pre_search";

        /// <summary>The first matches for a medicine the patient takes are there and can be reordered or annotated.</summary>
        public const string SearchMedicationStatementMedicationPostSearch = "canvas.search.medication_statement.medication.post_search";

        /// <summary>A medicine was picked from the matches offered in a medication statement.</summary>
        public const string SearchMedicationStatementMedicationSelected = "canvas.search.medication_statement.medication.selected";

        /// <summary>An assessment of a known condition is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandAssessPreOriginate = "canvas.command.assess.pre_originate";

        /// <summary>An assessment of a known condition now stands in a note; its fields will hold the condition, its status and a narrative.</summary>
        public const string CommandAssessPostOriginate = "canvas.command.assess.post_originate";

        /// <summary>An assessment of a known condition is about to get new values for the condition, its status and a narrative; a responder may refuse them.</summary>
        public const string CommandAssessPreUpdate = "canvas.command.assess.pre_update";

        /// <summary>An assessment of a known condition was edited; the fields carry the condition, its status and a narrative as they are now.</summary>
        public const string CommandAssessPostUpdate = "canvas.command.assess.post_update";

        /// <summary>An assessment of a known condition is about to be signed; unless a responder refuses, the condition counts as reviewed.</summary>
        public const string CommandAssessPreCommit = "canvas.command.assess.pre_commit";

        /// <summary>An assessment of a known condition was signed: the condition counts as reviewed.</summary>
        public const string CommandAssessPostCommit = "canvas.command.assess.post_commit";

        /// <summary>An assessment of a known condition, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandAssessPreDelete = "canvas.command.assess.pre_delete";

        /// <summary>An assessment of a known condition was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandAssessPostDelete = "canvas.command.assess.post_delete";

        /// <summary>An assessment of a known condition is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandAssessPreEnterInError = "canvas.command.assess.pre_enter_in_error";

        /// <summary>An assessment of a known condition was struck as a mistake after signing: the review no longer counts.</summary>
        public const string CommandAssessPostEnterInError = "canvas.command.assess.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "assess" (assessment of a known condition); a responder may refuse it.</summary>
        public const string CommandAssessPreExecuteAction = "canvas.command.assess.pre_execute_action";

        /// <summary>An extra action has run on the command "assess" (assessment of a known condition); the fields show the outcome.</summary>
        public const string CommandAssessPostExecuteAction = "canvas.command.assess.post_execute_action";

        /// <summary>The patient's conditions that can be reviewed were found and are about to be listed.</summary>
        public const string SearchAssessConditionPostSearch = "canvas.search.assess.condition.post_search";

        /// <summary>Matching diagnoses for a new condition were found and are about to be listed.</summary>
        public const string SearchDiagnoseDiagnosePostSearch = "canvas.search.diagnose.diagnose.post_search";

        /// <summary>A care goal is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandGoalPreOriginate = "canvas.command.goal.pre_originate";

        /// <summary>A care goal now stands in a note; its fields will hold the goal, its dates and its priority.</summary>
        public const string CommandGoalPostOriginate = "canvas.command.goal.post_originate";

        /// <summary>A care goal is about to get new values for the goal, its dates and its priority; a responder may refuse them.</summary>
        public const string CommandGoalPreUpdate = "canvas.command.goal.pre_update";

        /// <summary>A care goal was edited; the fields carry the goal, its dates and its priority as they are now.</summary>
        public const string CommandGoalPostUpdate = "canvas.command.goal.post_update";

        /// <summary>A care goal is about to be signed; unless a responder refuses, the goal becomes part of the chart.</summary>
        public const string CommandGoalPreCommit = "canvas.command.goal.pre_commit";

        /// <summary>A care goal was signed: the goal becomes part of the chart.</summary>
        public const string CommandGoalPostCommit = "canvas.command.goal.post_commit";

        /// <summary>A care goal, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandGoalPreDelete = "canvas.command.goal.pre_delete";

        /// <summary>A care goal was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandGoalPostDelete = "canvas.command.goal.post_delete";

        /// <summary>A care goal is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandGoalPreEnterInError = "canvas.command.goal.pre_enter_in_error";

        /// <summary>A care goal was struck as a mistake after signing: the goal should not be pursued.</summary>
        public const string CommandGoalPostEnterInError = "canvas.command.goal.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "goal" (care goal); a responder may refuse it.</summary>
        public const string CommandGoalPreExecuteAction = "canvas.command.goal.pre_execute_action";

        /// <summary>An extra action has run on the command "goal" (care goal); the fields show the outcome.</summary>
        public const string CommandGoalPostExecuteAction = "canvas.command.goal.post_execute_action";

        /// <summary>A history of the present illness is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandHistoryOfPresentIllnessPreOriginate = "canvas.command.history_of_present_illness.pre_originate";

        /// <summary>A history of the present illness now stands in a note; its fields will hold the story in free text.</summary>
        public const string CommandHistoryOfPresentIllnessPostOriginate = "canvas.command.history_of_present_illness.post_originate";

        /// <summary>A history of the present illness is about to get new values for the story in free text; a responder may refuse them.</summary>
        public const string CommandHistoryOfPresentIllnessPreUpdate = "canvas.command.history_of_present_illness.pre_update";

        /// <summary>A history of the present illness was edited; the fields carry the story in free text as they are now.</summary>
        public const string CommandHistoryOfPresentIllnessPostUpdate = "canvas.command.history_of_present_illness.post_update";

        /// <summary>A history of the present illness is about to be signed; unless a responder refuses, the story becomes part of the chart.</summary>
        public const string CommandHistoryOfPresentIllnessPreCommit = "canvas.command.history_of_present_illness.pre_commit";

        /// <summary>A history of the present illness was signed: the story becomes part of the chart.</summary>
        public const string CommandHistoryOfPresentIllnessPostCommit = "canvas.command.history_of_present_illness.post_commit";

        /// <summary>A history of the present illness, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandHistoryOfPresentIllnessPreDelete = "canvas.command.history_of_present_illness.pre_delete";

        /// <summary>A history of the present illness was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandHistoryOfPresentIllnessPostDelete = "canvas.command.history_of_present_illness.post_delete";

        /// <summary>A history of the present illness is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandHistoryOfPresentIllnessPreEnterInError = "canvas.command.history_of_present_illness.pre_enter_in_error";

        /// <summary>A history of the present illness was struck as a mistake after signing: the story should not be relied on.</summary>
        public const string CommandHistoryOfPresentIllnessPostEnterInError = "canvas.command.history_of_present_illness.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "history of present illness" (history of the present illness); a responder may refuse it.</summary>
        public const string CommandHistoryOfPresentIllnessPreExecuteAction = "canvas.command.history_of_present_illness.pre_execute_action";

        /// <summary>An extra action has run on the command "history of present illness" (history of the present illness); the fields show the outcome.</summary>
        public const string CommandHistoryOfPresentIllnessPostExecuteAction = "canvas.command.history_of_present_illness.post_execute_action";

        /// <summary>A statement of a medicine already taken is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandMedicationStatementPreOriginate = "canvas.command.medication_statement.pre_originate";

        /// <summary>A statement of a medicine already taken now stands in a note; its fields will hold the medicine and how it is taken.</summary>
        public const string CommandMedicationStatementPostOriginate = "canvas.command.medication_statement.post_originate";

        /// <summary>A statement of a medicine already taken is about to get new values for the medicine and how it is taken; a responder may refuse them.</summary>
        public const string CommandMedicationStatementPreUpdate = "canvas.command.medication_statement.pre_update";

        /// <summary>A statement of a medicine already taken was edited; the fields carry the medicine and how it is taken as they are now.</summary>
        public const string CommandMedicationStatementPostUpdate = "canvas.command.medication_statement.post_update";

        /// <summary>A statement of a medicine already taken is about to be signed; unless a responder refuses, the medicine joins the patient's list.</summary>
        public const string CommandMedicationStatementPreCommit = "canvas.command.medication_statement.pre_commit";

        /// <summary>A statement of a medicine already taken was signed: the medicine joins the patient's list.</summary>
        public const string CommandMedicationStatementPostCommit = "canvas.command.medication_statement.post_commit";

        /// <summary>A statement of a medicine already taken, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandMedicationStatementPreDelete = "canvas.command.medication_statement.pre_delete";

        /// <summary>A statement of a medicine already taken was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandMedicationStatementPostDelete = "canvas.command.medication_statement.post_delete";

        /// <summary>A statement of a medicine already taken is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandMedicationStatementPreEnterInError = "canvas.command.medication_statement.pre_enter_in_error";

        /// <summary>A statement of a medicine already taken was struck as a mistake after signing: the medicine was not truly stated.</summary>
        public const string CommandMedicationStatementPostEnterInError = "canvas.command.medication_statement.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "medication statement" (statement of a medicine already taken); a responder may refuse it.</summary>
        public const string CommandMedicationStatementPreExecuteAction = "canvas.command.medication_statement.pre_execute_action";

        /// <summary>An extra action has run on the command "medication statement" (statement of a medicine already taken); the fields show the outcome.</summary>
        public const string CommandMedicationStatementPostExecuteAction = "canvas.command.medication_statement.post_execute_action";

        /// <summary>A free-text plan of care is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandPlanPreOriginate = "canvas.command.plan.pre_originate";

        /// <summary>A free-text plan of care now stands in a note; its fields will hold the plan as narrative.</summary>
        public const string CommandPlanPostOriginate = "canvas.command.plan.post_originate";

        /// <summary>A free-text plan of care is about to get new values for the plan as narrative; a responder may refuse them.</summary>
        public const string CommandPlanPreUpdate = "canvas.command.plan.pre_update";

        /// <summary>A free-text plan of care was edited; the fields carry the plan as narrative as they are now.</summary>
        public const string CommandPlanPostUpdate = "canvas.command.plan.post_update";

        /// <summary>A free-text plan of care is about to be signed; unless a responder refuses, the plan becomes part of the chart.</summary>
        public const string CommandPlanPreCommit = "canvas.command.plan.pre_commit";

        /// <summary>A free-text plan of care was signed: the plan becomes part of the chart.</summary>
        public const string CommandPlanPostCommit = "canvas.command.plan.post_commit";

        /// <summary>A free-text plan of care, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandPlanPreDelete = "canvas.command.plan.pre_delete";

        /// <summary>A free-text plan of care was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandPlanPostDelete = "canvas.command.plan.post_delete";

        /// <summary>A free-text plan of care is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandPlanPreEnterInError = "canvas.command.plan.pre_enter_in_error";

        /// <summary>A free-text plan of care was struck as a mistake after signing: the plan should not be followed.</summary>
        public const string CommandPlanPostEnterInError = "canvas.command.plan.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "plan" (free-text plan of care); a responder may refuse it.</summary>
        public const string CommandPlanPreExecuteAction = "canvas.command.plan.pre_execute_action";

        /// <summary>An extra action has run on the command "plan" (free-text plan of care); the fields show the outcome.</summary>
        public const string CommandPlanPostExecuteAction = "canvas.command.plan.post_execute_action";

        /// <summary>A prescription order is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandPrescribePreOriginate = "canvas.command.prescribe.pre_originate";

        /// <summary>A prescription order now stands in a note; its fields will hold medicine, directions, quantity and pharmacy.</summary>
        public const string CommandPrescribePostOriginate = "canvas.command.prescribe.post_originate";

        /// <summary>A prescription order is about to get new values for medicine, directions, quantity and pharmacy; a responder may refuse them.</summary>
        public const string CommandPrescribePreUpdate = "canvas.command.prescribe.pre_update";

        /// <summary>A prescription order was edited; the fields carry medicine, directions, quantity and pharmacy as they are now.</summary>
        public const string CommandPrescribePostUpdate = "canvas.command.prescribe.post_update";

        /// <summary>A prescription order is about to be signed; unless a responder refuses, the prescription comes into force.</summary>
        public const string CommandPrescribePreCommit = "canvas.command.prescribe.pre_commit";

        /// <summary>A prescription order was signed: the prescription comes into force.</summary>
        public const string CommandPrescribePostCommit = "canvas.command.prescribe.post_commit";

        /// <summary>A prescription order, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandPrescribePreDelete = "canvas.command.prescribe.pre_delete";

        /// <summary>A prescription order was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandPrescribePostDelete = "canvas.command.prescribe.post_delete";

        /// <summary>A prescription order is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandPrescribePreEnterInError = "canvas.command.prescribe.pre_enter_in_error";

        /// <summary>A prescription order was struck as a mistake after signing: the prescription should not be used.</summary>
        public const string CommandPrescribePostEnterInError = "canvas.command.prescribe.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "prescribe" (prescription order); a responder may refuse it.</summary>
        public const string CommandPrescribePreExecuteAction = "canvas.command.prescribe.pre_execute_action";

        /// <summary>An extra action has run on the command "prescribe" (prescription order); the fields show the outcome.</summary>
        public const string CommandPrescribePostExecuteAction = "canvas.command.prescribe.post_execute_action";

        /// <summary>Medicines that match the text typed for a prescription were found and are about to be listed.</summary>
        public const string SearchPrescribePrescribePostSearch = "canvas.search.prescribe.prescribe.post_search";

        /// <summary>A questionnaire in a note is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandQuestionnairePreOriginate = "canvas.command.questionnaire.pre_originate";

        /// <summary>A questionnaire in a note now stands in a note; its fields will hold the form, its questions and the answers.</summary>
        public const string CommandQuestionnairePostOriginate = "canvas.command.questionnaire.post_originate";

        /// <summary>A questionnaire in a note is about to get new values for the form, its questions and the answers; a responder may refuse them.</summary>
        public const string CommandQuestionnairePreUpdate = "canvas.command.questionnaire.pre_update";

        /// <summary>A questionnaire in a note was edited; the fields carry the form, its questions and the answers as they are now.</summary>
        public const string CommandQuestionnairePostUpdate = "canvas.command.questionnaire.post_update";

        /// <summary>A questionnaire in a note is about to be signed; unless a responder refuses, the answers are stored as an interview.</summary>
        public const string CommandQuestionnairePreCommit = "canvas.command.questionnaire.pre_commit";

        /// <summary>A questionnaire in a note was signed: the answers are stored as an interview.</summary>
        public const string CommandQuestionnairePostCommit = "canvas.command.questionnaire.post_commit";

        /// <summary>A questionnaire in a note, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandQuestionnairePreDelete = "canvas.command.questionnaire.pre_delete";

        /// <summary>A questionnaire in a note was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandQuestionnairePostDelete = "canvas.command.questionnaire.post_delete";

        /// <summary>A questionnaire in a note is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandQuestionnairePreEnterInError = "canvas.command.questionnaire.pre_enter_in_error";

        /// <summary>A questionnaire in a note was struck as a mistake after signing: the answers should not be used.</summary>
        public const string CommandQuestionnairePostEnterInError = "canvas.command.questionnaire.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "questionnaire" (questionnaire in a note); a responder may refuse it.</summary>
        public const string CommandQuestionnairePreExecuteAction = "canvas.command.questionnaire.pre_execute_action";

        /// <summary>An extra action has run on the command "questionnaire" (questionnaire in a note); the fields show the outcome.</summary>
        public const string CommandQuestionnairePostExecuteAction = "canvas.command.questionnaire.post_execute_action";

        /// <summary>Questionnaires that match the typed text were found, each with its questions and options.</summary>
        public const string SearchQuestionnaireQuestionnairePostSearch = "canvas.search.questionnaire.questionnaire.post_search";

        /// <summary>A reason for the visit is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandReasonForVisitPreOriginate = "canvas.command.reason_for_visit.pre_originate";

        /// <summary>A reason for the visit now stands in a note; its fields will hold the coded reason and a comment.</summary>
        public const string CommandReasonForVisitPostOriginate = "canvas.command.reason_for_visit.post_originate";

        /// <summary>A reason for the visit is about to get new values for the coded reason and a comment; a responder may refuse them.</summary>
        public const string CommandReasonForVisitPreUpdate = "canvas.command.reason_for_visit.pre_update";

        /// <summary>A reason for the visit was edited; the fields carry the coded reason and a comment as they are now.</summary>
        public const string CommandReasonForVisitPostUpdate = "canvas.command.reason_for_visit.post_update";

        /// <summary>A reason for the visit is about to be signed; unless a responder refuses, the reason becomes part of the visit.</summary>
        public const string CommandReasonForVisitPreCommit = "canvas.command.reason_for_visit.pre_commit";

        /// <summary>A reason for the visit was signed: the reason becomes part of the visit.</summary>
        public const string CommandReasonForVisitPostCommit = "canvas.command.reason_for_visit.post_commit";

        /// <summary>A reason for the visit, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandReasonForVisitPreDelete = "canvas.command.reason_for_visit.pre_delete";

        /// <summary>A reason for the visit was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandReasonForVisitPostDelete = "canvas.command.reason_for_visit.post_delete";

        /// <summary>A reason for the visit is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandReasonForVisitPreEnterInError = "canvas.command.reason_for_visit.pre_enter_in_error";

        /// <summary>A reason for the visit was struck as a mistake after signing: the reason should be disregarded.</summary>
        public const string CommandReasonForVisitPostEnterInError = "canvas.command.reason_for_visit.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "reason for visit" (reason for the visit); a responder may refuse it.</summary>
        public const string CommandReasonForVisitPreExecuteAction = "canvas.command.reason_for_visit.pre_execute_action";

        /// <summary>An extra action has run on the command "reason for visit" (reason for the visit); the fields show the outcome.</summary>
        public const string CommandReasonForVisitPostExecuteAction = "canvas.command.reason_for_visit.post_execute_action";

        /// <summary>Coded reasons that match the typed text were found; values here are often strings.</summary>
        public const string SearchReasonForVisitCodingPostSearch = "canvas.search.reason_for_visit.coding.post_search";

        /// <summary>An order to stop a medicine is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandStopMedicationPreOriginate = "canvas.command.stop_medication.pre_originate";

        /// <summary>An order to stop a medicine now stands in a note; its fields will hold the medicine and the rationale.</summary>
        public const string CommandStopMedicationPostOriginate = "canvas.command.stop_medication.post_originate";

        /// <summary>An order to stop a medicine is about to get new values for the medicine and the rationale; a responder may refuse them.</summary>
        public const string CommandStopMedicationPreUpdate = "canvas.command.stop_medication.pre_update";

        /// <summary>An order to stop a medicine was edited; the fields carry the medicine and the rationale as they are now.</summary>
        public const string CommandStopMedicationPostUpdate = "canvas.command.stop_medication.post_update";

        /// <summary>An order to stop a medicine is about to be signed; unless a responder refuses, the medicine ends on the patient's list.</summary>
        public const string CommandStopMedicationPreCommit = "canvas.command.stop_medication.pre_commit";

        /// <summary>An order to stop a medicine was signed: the medicine ends on the patient's list.</summary>
        public const string CommandStopMedicationPostCommit = "canvas.command.stop_medication.post_commit";

        /// <summary>An order to stop a medicine, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandStopMedicationPreDelete = "canvas.command.stop_medication.pre_delete";

        /// <summary>An order to stop a medicine was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandStopMedicationPostDelete = "canvas.command.stop_medication.post_delete";

        /// <summary>An order to stop a medicine is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandStopMedicationPreEnterInError = "canvas.command.stop_medication.pre_enter_in_error";

        /// <summary>An order to stop a medicine was struck as a mistake after signing: the medicine was not meant to end.</summary>
        public const string CommandStopMedicationPostEnterInError = "canvas.command.stop_medication.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "stop medication" (order to stop a medicine); a responder may refuse it.</summary>
        public const string CommandStopMedicationPreExecuteAction = "canvas.command.stop_medication.pre_execute_action";

        /// <summary>An extra action has run on the command "stop medication" (order to stop a medicine); the fields show the outcome.</summary>
        public const string CommandStopMedicationPostExecuteAction = "canvas.command.stop_medication.post_execute_action";

        /// <summary>The medicines on the patient's list that could be ended were found and are about to be shown.</summary>
        public const string SearchStopMedicationMedicationPostSearch = "canvas.search.stop_medication.medication.post_search";

        /// <summary>A task written in a note is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandTaskPreOriginate = "canvas.command.task.pre_originate";

        /// <summary>A task written in a note now stands in a note; its fields will hold title, assignee, due date and labels.</summary>
        public const string CommandTaskPostOriginate = "canvas.command.task.post_originate";

        /// <summary>A task written in a note is about to get new values for title, assignee, due date and labels; a responder may refuse them.</summary>
        public const string CommandTaskPreUpdate = "canvas.command.task.pre_update";

        /// <summary>A task written in a note was edited; the fields carry title, assignee, due date and labels as they are now.</summary>
        public const string CommandTaskPostUpdate = "canvas.command.task.post_update";

        /// <summary>A task written in a note is about to be signed; unless a responder refuses, the task reaches its assignee.</summary>
        public const string CommandTaskPreCommit = "canvas.command.task.pre_commit";

        /// <summary>A task written in a note was signed: the task reaches its assignee.</summary>
        public const string CommandTaskPostCommit = "canvas.command.task.post_commit";

        /// <summary>A task written in a note, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandTaskPreDelete = "canvas.command.task.pre_delete";

        /// <summary>A task written in a note was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandTaskPostDelete = "canvas.command.task.post_delete";

        /// <summary>A task written in a note is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandTaskPreEnterInError = "canvas.command.task.pre_enter_in_error";

        /// <summary>A task written in a note was struck as a mistake after signing: the task should not be worked on.</summary>
        public const string CommandTaskPostEnterInError = "canvas.command.task.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "task" (task written in a note); a responder may refuse it.</summary>
        public const string CommandTaskPreExecuteAction = "canvas.command.task.pre_execute_action";

        /// <summary>An extra action has run on the command "task" (task written in a note); the fields show the outcome.</summary>
        public const string CommandTaskPostExecuteAction = "canvas.command.task.post_execute_action";

        /// <summary>A progress update on a goal is about to be added to a note; only the first fields are known, and a responder may refuse it.</summary>
        public const string CommandUpdateGoalPreOriginate = "canvas.command.update_goal.pre_originate";

        /// <summary>A progress update on a goal now stands in a note; its fields will hold the goal, its new status and the progress.</summary>
        public const string CommandUpdateGoalPostOriginate = "canvas.command.update_goal.post_originate";

        /// <summary>A progress update on a goal is about to get new values for the goal, its new status and the progress; a responder may refuse them.</summary>
        public const string CommandUpdateGoalPreUpdate = "canvas.command.update_goal.pre_update";

        /// <summary>A progress update on a goal was edited; the fields carry the goal, its new status and the progress as they are now.</summary>
        public const string CommandUpdateGoalPostUpdate = "canvas.command.update_goal.post_update";

        /// <summary>A progress update on a goal is about to be signed; unless a responder refuses, the goal takes the new state.</summary>
        public const string CommandUpdateGoalPreCommit = "canvas.command.update_goal.pre_commit";

        /// <summary>A progress update on a goal was signed: the goal takes the new state.</summary>
        public const string CommandUpdateGoalPostCommit = "canvas.command.update_goal.post_commit";

        /// <summary>A progress update on a goal, not signed yet, is about to be discarded; a responder may refuse that.</summary>
        public const string CommandUpdateGoalPreDelete = "canvas.command.update_goal.pre_delete";

        /// <summary>A progress update on a goal was discarded before anybody signed it, so it had no effect.</summary>
        public const string CommandUpdateGoalPostDelete = "canvas.command.update_goal.post_delete";

        /// <summary>A progress update on a goal is about to be struck as a mistake; a responder may refuse that.</summary>
        public const string CommandUpdateGoalPreEnterInError = "canvas.command.update_goal.pre_enter_in_error";

        /// <summary>A progress update on a goal was struck as a mistake after signing: the goal's new state should be undone.</summary>
        public const string CommandUpdateGoalPostEnterInError = "canvas.command.update_goal.post_enter_in_error";

        /// <summary>An extra action is about to run on the command "update goal" (progress update on a goal); a responder may refuse it.</summary>
        public const string CommandUpdateGoalPreExecuteAction = "canvas.command.update_goal.pre_execute_action";

        /// <summary>An extra action has run on the command "update goal" (progress update on a goal); the fields show the outcome.</summary>
        public const string CommandUpdateGoalPostExecuteAction = "canvas.command.update_goal.post_execute_action";

        /// <summary>The patient's goals that could be given a progress update were found and are about to be shown.</summary>
        public const string SearchUpdateGoalGoalStatementPostSearch = "canvas.search.update_goal.goal_statement.post_search";
    }

    /// <summary>Types of events from CarePortals.</summary>
    public static class CarePortals
    {
        /// <summary>An order was placed, by the customer, by staff or through the API; line items and address are inside.</summary>
        public const string OrderCreated = "careportals.order.created";

        /// <summary>A running subscription reached its next cycle and produced an order by itself.</summary>
        public const string OrderSubscriptionCycle = "careportals.order.subscription_cycle";

        /// <summary>The charge for an order did not go through; the order rests until somebody pays.</summary>
        public const string OrderAwaitingPayment = "careportals.order.awaiting_payment";

        /// <summary>An order is paid and in work; a short-lived state on the way to the next one.</summary>
        public const string OrderProcessing = "careportals.order.processing";

        /// <summary>Something the order needs is missing, for example a questionnaire the patient has yet to fill in.</summary>
        public const string OrderAwaitingRequirements = "careportals.order.awaiting_requirements";

        /// <summary>The order rests until the patient has done a laboratory test.</summary>
        public const string OrderAwaitingRequisition = "careportals.order.awaiting_requisition";

        /// <summary>The order rests until a doctor has prescribed; only then can a pharmacy get it.</summary>
        public const string OrderAwaitingScript = "careportals.order.awaiting_script";

        /// <summary>The pharmacy holds the script and has the order queued, but nobody has prepared it yet.</summary>
        public const string OrderAwaitingFulfillment = "careportals.order.awaiting_fulfillment";

        /// <summary>The goods of an order are ready and only the carrier is missing.</summary>
        public const string OrderAwaitingShipment = "careportals.order.awaiting_shipment";

        /// <summary>The place to deliver an order to was replaced; check labels that were printed before.</summary>
        public const string OrderShippingAddressUpdated = "careportals.order.shipping_address_updated";

        /// <summary>The parcel of an order has left for the customer.</summary>
        public const string OrderShipped = "careportals.order.shipped";

        /// <summary>An order was called off and will not be delivered.</summary>
        public const string OrderCanceled = "careportals.order.canceled";

        /// <summary>An order moved to whatever state; comes on top of the event for that state, so count one of the two.</summary>
        public const string OrderStatusUpdated = "careportals.order.status_updated";

        /// <summary>A patient took out a subscription; its phases tell the prices and cycles to come.</summary>
        public const string SubscriptionCreated = "careportals.subscription.created";

        /// <summary>A subscription runs, for the first time or again after a pause.</summary>
        public const string SubscriptionActive = "careportals.subscription.active";

        /// <summary>A subscription was put on hold; no orders come from it for now.</summary>
        public const string SubscriptionPaused = "careportals.subscription.paused";

        /// <summary>A subscription was called off before its natural end.</summary>
        public const string SubscriptionCanceled = "careportals.subscription.canceled";

        /// <summary>A subscription went through all its cycles and is over.</summary>
        public const string SubscriptionEnded = "careportals.subscription.ended";

        /// <summary>A reminder that a subscription renews shortly, a week ahead unless configured otherwise.</summary>
        public const string SubscriptionUpcomingRenewal = "careportals.subscription.upcoming_renewal";

        /// <summary>A patient has a new appointment; the name on the wire lacks the final d.</summary>
        public const string AppointmentCreated = "careportals.appointment.created";

        /// <summary>A booked appointment was confirmed and can be relied on.</summary>
        public const string AppointmentConfirmed = "careportals.appointment.confirmed";

        /// <summary>An appointment took place and is closed.</summary>
        public const string AppointmentCompleted = "careportals.appointment.completed";

        /// <summary>An appointment was called off; its slot is free again.</summary>
        public const string AppointmentCanceled = "careportals.appointment.canceled";

        /// <summary>The patient stayed away from an appointment without calling it off.</summary>
        public const string AppointmentNoShowed = "careportals.appointment.no_showed";

        /// <summary>Details of an appointment were edited, such as its time or its provider.</summary>
        public const string AppointmentUpdated = "careportals.appointment.updated";

        /// <summary>A person registered through the patient portal; in this sender a customer is a patient.</summary>
        public const string PatientSignup = "careportals.patient.signup";

        /// <summary>An administrator opened an account for a patient by hand.</summary>
        public const string PatientCreated = "careportals.patient.created";

        /// <summary>A patient was asked to fill in a questionnaire; the document lists what is assigned.</summary>
        public const string PatientQnrAssigned = "careportals.patient.qnr_assigned";

        /// <summary>A patient's profile was edited; the document is the whole new state, not a difference.</summary>
        public const string PatientUpdated = "careportals.patient.updated";

        /// <summary>Sales recorded a person who might become a patient.</summary>
        public const string LeadCreated = "careportals.lead.created";

        /// <summary>A prospect became a patient and has an account of their own from now on.</summary>
        public const string LeadConverted = "careportals.lead.converted";

        /// <summary>A prospect was given up and is not expected to become a patient.</summary>
        public const string LeadLost = "careportals.lead.lost";

        /// <summary>Staff got a new piece of internal work, often tied to a patient or an order.</summary>
        public const string TaskCreated = "careportals.task.created";

        /// <summary>A piece of internal work was finished and needs no more attention.</summary>
        public const string TaskCompleted = "careportals.task.completed";

        /// <summary>A piece of internal work was dropped without being done.</summary>
        public const string TaskCanceled = "careportals.task.canceled";

        /// <summary>Someone sent in a plain web form, mostly while booking; not a medical questionnaire.</summary>
        public const string QuestionnaireFormSubmitted = "careportals.questionnaire.form.submitted";

        /// <summary>A patient opened a medical questionnaire and began to answer.</summary>
        public const string QuestionnaireStarted = "careportals.questionnaire.started";

        /// <summary>A patient finished a medical questionnaire and handed in the answers.</summary>
        public const string QuestionnaireSubmitted = "careportals.questionnaire.submitted";

        /// <summary>Staff looked through the answers a patient had handed in.</summary>
        public const string QuestionnaireReviewed = "careportals.questionnaire.reviewed";

        /// <summary>A patient wrote to the clinic; here the customer is a plain id, not an object.</summary>
        public const string MessageInbound = "careportals.message.inbound";

        /// <summary>A laboratory test was requested for a patient, typically because an order demands one.</summary>
        public const string PrescriptionRequisitionCreated = "careportals.prescription.requisition.created";

        /// <summary>A doctor issued a prescription; its drugs are inside, no order is linked yet.</summary>
        public const string PrescriptionCreated = "careportals.prescription.created";

        /// <summary>A prescription was tied to the order it serves; the fulfillments name that order.</summary>
        public const string PrescriptionFulfillment = "careportals.prescription.fulfillment";

        /// <summary>A prescription was declared invalid and must not be dispensed.</summary>
        public const string PrescriptionVoided = "careportals.prescription.voided";

        /// <summary>A customer went from the cart to the checkout; nothing is ordered or paid so far.</summary>
        public const string CartCheckout = "careportals.cart.checkout";

        /// <summary>An outside system called the portal's own incoming webhook; its content is passed along.</summary>
        public const string WebhookEvent = "careportals.webhook.event";
    }

    /// <summary>Types of events from SmartFlowSheet.</summary>
    public static class SmartFlowSheet
    {
        /// <summary>One animal left the whiteboard; the stay carries the path of its flowsheet report.</summary>
        public const string HospitalizationDischarged = "smartflowsheet.hospitalization.discharged";

        /// <summary>Several animals left the whiteboard in one go; each stay carries the path of its report.</summary>
        public const string HospitalizationDischargedBatch = "smartflowsheet.hospitalization.discharged_batch";

        /// <summary>An inventory import ended; every item tells whether it worked, and the sender waits for the answer.</summary>
        public const string InventoryImported = "smartflowsheet.inventory.imported";

        /// <summary>One entry of a flowsheet was added, changed or removed; the answer must tell whether it was taken.</summary>
        public const string TreatmentRecordEntered = "smartflowsheet.treatment.record_entered";

        /// <summary>Several flowsheet entries changed; answer at once and report the outcome of each one afterwards.</summary>
        public const string TreatmentRecordsEntered = "smartflowsheet.treatment.records_entered";

        /// <summary>One animal was admitted in the flowsheet system; the stay may lack an id of your own.</summary>
        public const string HospitalizationCreated = "smartflowsheet.hospitalization.created";

        /// <summary>Animals were admitted by hand in the flowsheet system; expect the guid, not your own stay id.</summary>
        public const string HospitalizationCreatedBatch = "smartflowsheet.hospitalization.created_batch";

        /// <summary>Notes on stays or anesthetic sheets were added, changed or removed; each one has its status.</summary>
        public const string TreatmentNotesEntered = "smartflowsheet.treatment.notes.entered";

        /// <summary>Anesthetic sheets were closed; times, team and report paths are inside.</summary>
        public const string TreatmentAnestheticsFinalized = "smartflowsheet.treatment.anesthetics.finalized";

        /// <summary>Forms were filled in for stays; every form lists its fields with the entered values.</summary>
        public const string QuestionnaireFormsCreated = "smartflowsheet.questionnaire.forms.created";

        /// <summary>Filled-in forms changed, were finalized or were deleted; the flags on each form say which.</summary>
        public const string QuestionnaireFormsUpdated = "smartflowsheet.questionnaire.forms.updated";

        /// <summary>An import of clinic staff ended; every person tells whether it worked.</summary>
        public const string InventoryMedicsImported = "smartflowsheet.inventory.medics.imported";
    }

    /// <summary>Types of events from EventBus.</summary>
    public static class EventBus
    {
        /// <summary>A command was committed: its last fields, how long it took from its beginning and how often it was changed.</summary>
        public const string CommandCompleted = "eventbus.command.completed";

        /// <summary>An action on a command was announced and did not follow in time, or a command stands unfinished in its note for too long.</summary>
        public const string CommandStalled = "eventbus.command.stalled";

        /// <summary>The steps of a command came in an order that cannot be, such as a commit behind a delete.</summary>
        public const string CommandIrregular = "eventbus.command.irregular";

        /// <summary>Two active appointments of one patient overlap; the times are those of the overlap.</summary>
        public const string AppointmentConflict = "eventbus.appointment.conflict";

        /// <summary>An operation of several treatments was worked through: all that was sent, with status and message for each.</summary>
        public const string TreatmentRecordsProcessed = "eventbus.treatment.records_processed";

        /// <summary>A workflow sends something to one endpoint; the data is what it is sent, as the workflow's template says.</summary>
        public const string WebhookWorkflowMessage = "eventbus.webhook.workflow_message";
    }
}
