/// What a member of staff may do for the units they belong to. The raw values are the words the database knows.
package enum StaffRole: String, Sendable, Hashable, CaseIterable {
    case organiser
    case clerk
    case approver
    case secrecyReviewer = "secrecy_reviewer"
    case auditor
    case administrator
    case dutyOfficer = "duty_officer"
    case supervisor
}
