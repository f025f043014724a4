import Postgres

/// What the site says of itself: footer, number prefix, entry window. Facts of one installation, kept in the database.
package struct SiteSettings: Sendable, Equatable {
    /// The keys an administrator can set, in the order of the form.
    package enum Key: String, CaseIterable, Sendable {
        case siteName = "site_name"
        case organ
        case contact
        case identityCode = "identity_code"
        case icpNumber = "icp_number"
        case policeNumber = "police_number"
        case errorReportURL = "error_report_url"
        case numberPrefix = "number_prefix"
        /// Of index numbers (索引号); empty: that of the numbers.
        case indexPrefix = "index_prefix"
        case entryWindowDays = "entry_window_days"
        case contactRetentionDays = "contact_retention_days"
        /// Days after closing that names and numbers of a telephone sample stay.
        case sampleRetentionDays = "sample_retention_days"
        /// Days before a hearing, forum or visit on which who has a part in it is reminded; 0: nobody is.
        case gatheringReminderDays = "gathering_reminder_days"
        /// Days after the report of a hearing that what applicants gave of themselves stays.
        case registrationRetentionDays = "registration_retention_days"
        /// Days after the day of a hearing that it stays where no report is published and nothing was cancelled.
        case unreportedRetentionDays = "unreported_retention_days"
        /// Days before something in the public calendar on which who asked for it is reminded.
        case calendarReminderDays = "calendar_reminder_days"
        case uploadMegabytesADay = "upload_megabytes_a_day"
        case noticeRetentionDays = "notice_retention_days"
        case dutyOfficer = "duty_officer"
        /// Where people turn with what is no message: discipline inspection, petitions, requests for information.
        case disciplineContact = "discipline_contact"
        case petitionContact = "petition_contact"
        case informationContact = "information_contact"
        /// The code of the unit that screens messages; empty: the first office.
        case messageOffice = "message_office"
        case caseEarlyDays = "case_early_days"
        case caseYellowDays = "case_yellow_days"
        case caseRedDays = "case_red_days"
        case caseReminderDays = "case_reminder_days"
        case caseSupervisionDays = "case_supervision_days"
        case casePauseDays = "case_pause_days"
        case caseCallbackPercent = "case_callback_percent"
        case caseAutoPublish = "case_auto_publish"
        case caseDigest = "case_digest"
        /// From how many per cent of likeness on opinions are folded.
        case foldPercent = "fold_percent"
        /// After how many months what is not published is looked at again.
        case evaluationMonths = "evaluation_months"
        /// Working days before a day of a programme from which units are reminded; 0: never.
        case programmeReminderDays = "programme_reminder_days"
        case watchUnansweredDays = "watch_unanswered_days"
        case watchPublishedDays = "watch_published_days"
        case watchActivities = "watch_activities"
        case watchResultDays = "watch_result_days"
        /// Minutes that figures shown while a questionnaire runs stay as they are; the database uses them.
        case liveResultsMinutes = "live_results_minutes"
        /// Codes by short message that are sent in an hour at most, to all phones together; the database counts them.
        case phoneCodesAnHour = "phone_codes_an_hour"
    }

    private var values: [String: String]

    package init(_ values: [String: String] = [:]) {
        self.values = values
    }

    package subscript(key: Key) -> String { values[key.rawValue] ?? "" }

    /// Keys whose emptiness leaves a gap on every page; an administrator is told.
    package var missing: [Key] {
        [.organ, .contact, .identityCode, .icpNumber, .policeNumber, .errorReportURL, .dutyOfficer].filter {
            self[$0].isEmpty
        }
    }

    /// Working days after closing in which letters that came in time may be entered.
    package var entryWindowDays: Int { Int(self[.entryWindowDays]) ?? 3 }

    /// Days after the result, or an early end, until names and phones are deleted.
    package var contactRetentionDays: Int { Int(self[.contactRetentionDays]) ?? 90 }

    /// Days after the report of a hearing until what applicants gave of themselves is deleted.
    package var registrationRetentionDays: Int { Int(self[.registrationRetentionDays]) ?? 180 }

    /// Days after the day of a hearing that is neither reported nor cancelled until the same is deleted.
    package var unreportedRetentionDays: Int { Int(self[.unreportedRetentionDays]) ?? 365 }

    /// Days after closing until names and numbers of a telephone sample are deleted.
    package var sampleRetentionDays: Int { Int(self[.sampleRetentionDays]) ?? 7 }

    struct Entry: Row {
        let key: String
        let value: String

        init(_ row: RowReader) throws {
            key = try row["key"]
            value = try row["value"]
        }
    }

    static let rows: SQL = "select key, value from site_settings"

    init(_ entries: [Entry]) { self.init(Dictionary(entries.map { ($0.key, $0.value) }) { $1 }) }

    package static func load(_ tx: borrowing Session) throws -> SiteSettings {
        SiteSettings(try tx.all(rows, as: Entry.self))
    }

    /// Everything that is wrong with what is to be kept, in the order of the form.
    /// - Parameter unitCodes: of the units that exist.
    package static func faults(_ values: [Key: String], unitCodes: Set<String>) -> [(key: Key, fault: String)] {
        let days = [Key.caseEarlyDays, .caseYellowDays, .caseRedDays].map { Int(values[$0] ?? "") ?? 0 }
        return Key.allCases.compactMap { key in
            let value = values[key] ?? ""
            if let fault = fault(key, value) { return (key, fault) }
            switch key {
            case .messageOffice where !value.isEmpty && !unitCodes.contains(value): return (key, "unit")
            // A ladder rises.
            case .caseYellowDays where days[1] > days[0], .caseRedDays where days[2] > days[1]: return (key, "ladder")
            default: return nil
            }
        }
    }

    /// What is wrong with a value, as a key of the locale under `settings.errors`; nil when it can be kept.
    package static func fault(_ key: Key, _ value: String) -> String? {
        if value.unicodeScalars.count > 2000 { return "too_long" }
        switch key {
        case .siteName where value.isEmpty: return "empty"
        case .numberPrefix where value.wholeMatch(of: /[A-Z]{1,6}/) == nil: return "prefix"
        case .indexPrefix where value.wholeMatch(of: /[A-Za-z0-9-]{0,20}/) == nil: return "index_prefix"
        case .entryWindowDays where !(0...30).contains(Int(value) ?? -1): return "days"
        case .contactRetentionDays where !(0...3650).contains(Int(value) ?? -1): return "retention"
        case .registrationRetentionDays where !(0...3650).contains(Int(value) ?? -1): return "retention"
        // Until then registrations on paper are entered.
        case .unreportedRetentionDays where !Self.isNumber(value, 30...3650): return "unreported"
        case .uploadMegabytesADay where !(0...1_000_000).contains(Int(value) ?? -1): return "megabytes"
        case .caseEarlyDays, .caseYellowDays, .caseRedDays, .caseReminderDays, .caseSupervisionDays, .casePauseDays,
            .programmeReminderDays, .sampleRetentionDays:
            return Self.isNumber(value, 0...365) ? nil : "count"
        case .caseCallbackPercent where !Self.isNumber(value, 0...100): return "percent"
        case .foldPercent where !Self.isNumber(value, 60...95): return "fold_percent"
        case .caseAutoPublish, .caseDigest: return ["0", "1"].contains(value) ? nil : "zero_one"
        case .liveResultsMinutes where !Self.isNumber(value, 1...1440): return "minutes"
        case .phoneCodesAnHour where !Self.isNumber(value, 1...9999): return "codes"
        case .noticeRetentionDays where !(1...3650).contains(Int(value) ?? 0): return "notices"
        case .watchUnansweredDays, .watchPublishedDays, .watchActivities, .watchResultDays, .evaluationMonths:
            return (1...3650).contains(Int(value) ?? 0) ? nil : "watch"
        case .errorReportURL where !value.isEmpty && value.wholeMatch(of: /https?:\/\/[^\s]+/) == nil: return "url"
        default: return nil
        }
    }

    /// As the database reads it: ASCII digits alone.
    private static func isNumber(_ value: String, _ range: ClosedRange<Int>) -> Bool {
        value.utf8.allSatisfy { (0x30...0x39).contains($0) } && Int(value).map(range.contains) ?? false
    }

    /// - Throws: `NotAllowed` for who is no administrator.
    package static func save(_ values: [Key: String], in database: Database, as actor: DatabaseActor) async throws {
        let keys = values.keys.map(\.rawValue)
        let texts = values.values.map { $0 }
        try await database.write(as: actor) { tx in
            let changed = try tx.execute(
                """
                update site_settings s set value = n.value
                from unnest(\(keys)::text[], \(texts)::text[]) n (key, value) where s.key = n.key
                """)
            guard changed == keys.count else { throw NotAllowed() }
        }
    }
}
