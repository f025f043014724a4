import Foundation
import Text

/// The days of a gathering that its rules look at.
package struct GatheringDates: Sendable, Equatable {
    /// When it is announced: while it is prepared, today at the earliest.
    package var noticeOn: CalendarDate?
    package var registrationFrom: Date?
    /// Exclusive.
    package var registrationUntil: Date?
    package var listOn: CalendarDate?
    package var materialsOn: CalendarDate?
    package var reportOn: CalendarDate?
    package var heldOn: CalendarDate

    package init(
        noticeOn: CalendarDate? = nil, registrationFrom: Date? = nil, registrationUntil: Date? = nil,
        listOn: CalendarDate? = nil, materialsOn: CalendarDate? = nil, reportOn: CalendarDate? = nil,
        heldOn: CalendarDate
    ) {
        (self.noticeOn, self.heldOn) = (noticeOn, heldOn)
        (self.registrationFrom, self.registrationUntil) = (registrationFrom, registrationUntil)
        (self.listOn, self.materialsOn, self.reportOn) = (listOn, materialsOn, reportOn)
    }

    /// Of a gathering as it is planned; nil while it has no day.
    package init?(_ gathering: Gathering, noticeOn: CalendarDate?) {
        guard let heldOn = gathering.day else { return nil }
        self.init(
            noticeOn: noticeOn, registrationFrom: gathering.registrationFrom,
            registrationUntil: gathering.registrationUntil, listOn: gathering.listOn,
            materialsOn: gathering.materialsOn, reportOn: gathering.reportOn, heldOn: heldOn)
    }
}
