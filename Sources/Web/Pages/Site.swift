import Participation

/// What an installation says about itself, mostly in the footer. What is empty prints nothing.
package struct Site: Sendable, Hashable {
    /// The name of the service, such as 某某县民意征集; shown in the head of every page.
    package var name: String?
    package var organ: String?
    package var contact: String?
    /// 网站标识码, the website identity code.
    package var identityCode: String?
    /// ICP record number.
    package var icp: String?
    /// 公安备案号, the police record number.
    package var police: String?
    /// Address of the error-report entrance (找错).
    package var errorReport: String?
    /// Days after the result until names and phones are deleted; a promise of the privacy notice.
    package var contactRetentionDays = 90
    /// Days after the report of a hearing until what applicants gave of themselves is deleted.
    package var registrationRetentionDays = 180
    /// Days after the day of a hearing that is neither reported nor cancelled until the same is deleted.
    package var unreportedRetentionDays = 365
    /// Where people turn with what is no message: misconduct of officials, petitions, requests for government information.
    var disciplineContact: String?
    var petitionContact: String?
    var informationContact: String?

    package init(
        name: String? = nil, organ: String? = nil, contact: String? = nil, identityCode: String? = nil,
        icp: String? = nil, police: String? = nil, errorReport: String? = nil
    ) {
        self.name = name
        self.organ = organ
        self.contact = contact
        self.identityCode = identityCode
        self.icp = icp
        self.police = police
        self.errorReport = errorReport
    }
}

extension Site {
    /// What is empty is absent, and prints nothing.
    package init(_ settings: SiteSettings) {
        func text(_ key: SiteSettings.Key) -> String? { settings[key].isEmpty ? nil : settings[key] }
        self.init(
            name: text(.siteName), organ: text(.organ), contact: text(.contact), identityCode: text(.identityCode),
            icp: text(.icpNumber), police: text(.policeNumber), errorReport: text(.errorReportURL))
        contactRetentionDays = settings.contactRetentionDays
        registrationRetentionDays = settings.registrationRetentionDays
        unreportedRetentionDays = settings.unreportedRetentionDays
        disciplineContact = text(.disciplineContact)
        petitionContact = text(.petitionContact)
        informationContact = text(.informationContact)
    }
}
