import Foundation

/// Who may touch which table at all: every table × role, with the verbs s(elect), i(nsert), u(pdate), d(elete).
///
/// `rows` tables are under row-level security: the verb is only the outer gate, policies decide row by row.
/// `open` tables hold what everyone may see and have no row rules. A table that is missing here fails the test.
enum AccessMatrix {
    static let roles = ["minyi_public", "minyi_staff", "minyi_work", "minyi_intake", "minyi_guard"]

    static let text = """
        table              | kind | public | staff | work | intake | guard
        unit_scores        | open | -      | -     | -    | -      | siud
        score_proofs       | rows | -      | s     | -    | -      | si
        score_changes      | open | -      | -     | -    | -      | sid
        case_scores        | open | -      | -     | -    | -      | siud
        calendar_feeds     | rows | -      | siud  | -    | -      | s
        answer_times       | open | -      | -     | -    | -      | siud
        attachment_chunks  | rows | -      | si    | -    | i      | s
        attachments        | rows | -      | si    | -    | siu    | sud
        assigned_words     | rows | -      | -     | -    | -      | siu
        case_assignments   | rows | -      | s     | -    | -      | siu
        case_callbacks     | rows | -      | s     | -    | -      | siu
        case_extensions    | rows | -      | s     | -    | -      | siu
        case_links         | rows | -      | s     | -    | -      | sid
        case_remarks       | rows | -      | s     | -    | -      | siud
        case_words         | rows | -      | -     | -    | -      | siud
        cases              | rows | -      | s     | -    | -      | siu
        result_notices     | rows | -      | -     | -    | -      | siu
        replies            | rows | -      | s     | -    | -      | siu
        reply_attachments  | rows | -      | s     | -    | -      | sid
        reply_templates    | rows | -      | siud  | -    | -      | -
        responsibilities   | rows | -      | sid   | -    | -      | si
        supervisions       | rows | -      | s     | -    | -      | siu
        calendar_days      | rows | s      | siud  | s    | s      | s
        calendar_changes   | rows | -      | s     | -    | -      | si
        clearances         | rows | -      | s     | -    | -      | siu
        evaluations        | rows | -      | s     | -    | -      | siud
        fields             | open | s      | s     | s    | -      | s
        index_numbers      | rows | -      | -     | -    | -      | siu
        row_confirmations  | rows | -      | s     | -    | -      | si
        clock_changes      | rows | -      | s     | -    | -      | si
        clock_pauses       | rows | -      | s     | -    | -      | siu
        clocks             | rows | -      | s     | -    | -      | siu
        contact_keys       | rows | -      | -     | -    | -      | si
        contacts           | rows | -      | -     | -    | i      | sd
        day_numbers        | rows | -      | s     | s    | s      | siud
        dispositions       | rows | -      | s     | -    | s      | siu
        document_readings  | rows | -      | s     | -    | -      | siu
        drafts             | rows | -      | siu   | -    | -      | su
        editions           | rows | -      | si    | -    | s      | siu
        ending_counts      | rows | -      | -     | -    | -      | sid
        tallies            | rows | -      | -     | -    | -      | siud
        tally_bits         | rows | -      | -     | -    | -      | siud
        tally_numbers      | rows | -      | -     | -    | -      | siud
        tallied_sheets     | rows | -      | -     | -    | -      | siud
        tally_states       | rows | -      | s     | -    | -      | siud
        text_wordings      | rows | -      | s     | -    | -      | siud
        shown_results      | rows | -      | -     | -    | -      | siud
        events             | rows | -      | s     | -    | i      | si
        jobs               | rows | -      | s     | sud  | -      | siud
        heading_choices    | rows | -      | siu   | -    | -      | -
        legal_rules        | rows | s      | siud  | s    | s      | su
        message_additions  | rows | -      | s     | -    | -      | siu
        sheet_imports      | rows | -      | s     | sud  | -      | siu
        message_ratings    | rows | -      | s     | -    | -      | siu
        messages           | rows | -      | s     | -    | si     | su
        notices            | rows | -      | s     | su   | -      | siud
        opinions           | rows | -      | s     | -    | si     | siud
        opinion_groups     | rows | -      | s     | -    | -      | siud
        passage_changes    | rows | -      | s     | -    | -      | siu
        passage_opinions   | rows | -      | s     | -    | -      | sid
        passage_origins    | rows | -      | s     | -    | -      | sid
        passages           | rows | -      | si    | -    | s      | siud
        procedure_foldings | rows | -      | s     | -    | -      | siu
        procedures         | rows | -      | siu   | -    | su     | su
        public_directories | open | s      | s     | s    | -      | siud
        public_editions    | open | s      | s     | s    | -      | siud
        public_rows        | open | s      | s     | s    | -      | siud
        programme_cells    | rows | -      | s     | -    | -      | siud
        programme_days     | rows | -      | s     | -    | -      | siud
        programme_stages   | rows | -      | s     | -    | -      | siud
        programmes         | rows | -      | s     | -    | -      | siu
        procedure_file_chunks | rows | -   | s     | -    | -      | sid
        procedure_files    | rows | -      | s     | s    | -      | siu
        kiosks             | rows | -      | s     | -    | su    | siu
        samples            | rows | -      | s     | -    | -      | siu
        sample_people      | rows | -      | s     | -    | -      | siu
        sample_contacts    | rows | -      | -     | -    | -      | sid
        sample_interviews  | rows | -      | -     | -    | -      | siud
        sample_attempts    | rows | -      | s     | -    | -      | si
        questionnaire_drafts | rows | -    | s     | -    | -      | sid
        questionnaire_papers | rows | -    | s     | -    | -      | siud
        report_files       | rows | -      | s     | -    | -      | siu
        reports            | rows | -      | s     | -    | -      | siu
        public_figures     | open | s      | s     | s    | -      | siud
        public_procedures  | open | s      | s     | s    | -      | siu
        public_message_versions | open | s | s    | s    | -      | siu
        public_messages    | open | s      | s     | s    | -      | siud
        public_changes     | open | s      | s     | s    | -      | siu
        public_version     | open | s      | s     | s    | -      | su
        published_opinions | open | s      | s     | s    | s      | siu
        published_versions | open | s      | s     | s    | s      | siu
        sealed_contents    | rows | -      | -     | -    | -      | i
        seals              | rows | -      | s     | -    | -      | siu
        site_settings      | rows | s      | su    | s    | s      | su
        staff              | rows | -      | siu   | -    | -      | siu
        staff_roles        | rows | -      | sid   | -    | -      | siud
        staff_sessions     | rows | -      | -     | -    | -      | siud
        submission_attachments | rows | -  | s     | -    | si     | sd
        submissions        | rows | -      | s     | -    | siu    | siu
        substitutions      | rows | -      | sid   | -    | -      | siu
        timed_jobs         | rows | -      | s     | siu  | -      | -
        opinion_looks      | rows | -      | s     | -    | -      | siud
        opinion_views      | rows | -      | s     | -    | -      | siu
        written_addressees | rows | -      | s     | -    | -      | siud
        written_consultations | rows | -   | s     | -    | -      | siu
        written_replies    | rows | -      | s     | -    | -      | siu
        questionnaires     | rows | -      | s     | -    | su    | siud
        questionnaire_versions | rows | -  | s     | -    | s     | sid
        quota_counts       | rows | -      | s     | -    | su    | siud
        public_questionnaires | open | s   | s     | s    | s     | siud
        answer_sheets      | rows | -      | s     | -    | si    | siu
        voice_boxes        | rows | -      | -     | -    | -      | siu
        voices             | rows | -      | -     | -    | -      | siud
        phone_codes        | rows | -      | -     | -    | -      | siud
        phone_codes_sent   | rows | -      | -     | -    | -      | siud
        unlinked_sheets    | rows | -      | -     | -    | -      | sid
        sheets_to_tally    | rows | -      | -     | -    | i     | siud
        saved_sheets       | rows | -      | -     | -    | siud  | sd
        page_visits        | rows | -      | s     | -    | i     | siud
        invitation_codes   | rows | -      | s     | -    | su    | siud
        browser_voices     | rows | -      | -     | -    | sid   | sd
        units              | rows | s      | siu   | s    | s      | siu
        agenda_items       | rows | -      | s     | -    | -      | siud
        gathering_categories | rows | -      | s     | -    | s      | siud
        gathering_changes  | rows | -      | s     | -    | -      | siu
        gathering_contacts | rows | -      | -     | -    | -      | siud
        gathering_entries  | rows | -      | s     | -    | -      | siu
        gathering_files    | rows | -      | s     | -    | -      | siud
        gathering_materials | rows | -      | s     | -    | -      | siu
        gathering_papers   | rows | -      | s     | -    | -      | siud
        gathering_people   | rows | -      | s     | -    | -      | siud
        gathering_photos   | rows | -      | s     | -    | -      | siu
        gatherings         | rows | -      | s     | -    | su     | siud
        hearing_proposals  | rows | -      | s     | -    | -      | siu
        lot_entries        | rows | -      | s     | -    | -      | siu
        lot_witnesses      | rows | -      | s     | -    | -      | sid
        lots               | rows | -      | s     | -    | -      | siu
        material_deliveries | rows | -      | s     | -    | -      | siu
        public_gatherings  | open | s      | s     | s    | s      | siu
        public_lots        | open | s      | s     | s    | -      | siu
        registration_details | rows | -      | -     | -    | i      | sd
        registrations      | rows | -      | s     | -    | si     | su
        reminder_subscriptions | rows | -      | -     | -    | -      | siud
        screen_entries     | rows | -      | -     | -    | -      | siu
        transcript_ends    | rows | -      | s     | -    | -      | siud
        transcript_marks   | rows | -      | s     | -    | -      | siu
        version_files      | open | s      | s     | -    | -      | sid
        visit_rounds       | rows | -      | s     | -    | -      | siu
        """

    struct Entry: Equatable {
        var underRowRules: Bool
        /// By role, the letters of the allowed verbs.
        var verbs: [String: String]
    }

    static var entries: [String: Entry] {
        var found: [String: Entry] = [:]
        for line in text.split(separator: "\n").dropFirst() {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == roles.count + 2 else { continue }
            let verbs = zip(roles, cells.dropFirst(2)).map { ($0, $1 == "-" ? "" : $1) }
            found[cells[0]] = Entry(underRowRules: cells[1] == "rows", verbs: Dictionary(uniqueKeysWithValues: verbs))
        }
        return found
    }
}
