/// How many bytes the body of a request may have, by route. A feature that takes files adds its line here.
package enum BodyLimits {
    /// Forms of text: about 80,000 Chinese characters as browsers encode them, far above the limit of any field.
    package static let standard = 768 * 1024

    /// All fields of a form with files together.
    static let largestFields = standard

    /// A scan of 10 MB and the form around it.
    package static let scan = 11 * 1024 * 1024
    /// Five files of 10 MB and a recording, and half as much again: what is too large is then told beside its field, and the words
    /// around it are not lost.
    package static let message = 90 * 1024 * 1024

    static let exceptions: [String: Int] = [
        "/receipts/:number/scan": scan,
        "/messages/new": message,
        "/questionnaires/:number/fill/:page": message,
        "/hearings/:number/register": message,
        "/desk/messages/new": message,
        "/desk/hearings/:number/registrations/new": message,
        // A table of 10 MB.
        "/desk/messages/import": scan,
        // A plan of 2 MB.
        "/desk/programme/:id/plan": 3 * 1024 * 1024,
        "/desk/procedures/:number/import": scan,
        "/desk/clearances/:id/paper": scan,
        "/desk/cases/:id/paper": scan,
        "/desk/cases/:id/reply": scan,
        "/desk/procedures/:number/entry": scan,
        "/desk/visits/:number/photos": scan,
        "/desk/written/:id/scan": scan,
        "/desk/hearings/:number/lot/value": scan,
        "/desk/hearings/:number/lot/witnessed": scan,
        "/desk/hearings/:number/materials": scan,
        "/desk/hearings/:number/materials/deliver": scan,
        "/desk/written/replies/:id/entry": scan,
        // A directory of 5 MB; a somewhat larger one is still read, to be told its limit beside the field.
        // A questionnaire of 5 MB.
        "/desk/questionnaires/:number/entry": scan,
        "/desk/questionnaires/:number/samples/:id/import": 6 * 1024 * 1024,
        "/desk/questionnaires/new": 6 * 1024 * 1024,
        "/desk/hearings/:number/transcript/scan": scan,
        "/desk/drafts/new": 8 * 1024 * 1024,
        "/desk/drafts/:id/editions/new": 8 * 1024 * 1024,
        "/desk/drafts/text": 8 * 1024 * 1024,
        "/desk/drafts/text/import": 8 * 1024 * 1024,
        "/desk/drafts/:id/editions/text": 8 * 1024 * 1024,
        "/desk/drafts/:id/editions/text/import": 8 * 1024 * 1024,
    ]

    /// A form kept through an expired sign-in comes back once more encoded.
    private static let signIn = 4 * 1024 * 1024

    /// - Parameters:
    ///   - route: as the router names it, `/things/{id}`; above it is written as handlers write it, `/things/:id`.
    ///   - withFiles: whether files can be in it. Files go to disk while they arrive, everything else is held in memory.
    static func limit(for route: String?, withFiles: Bool) -> Int {
        if route == "/desk/sign-in" { return signIn }
        guard withFiles, let route else { return standard }
        return exceptions[route.replacing("{", with: ":").replacing("}", with: "")] ?? standard
    }

    /// Whether only signed-in members of staff send large bodies there. The sign-in itself is for those who are not yet.
    static func isForStaff(_ route: String?) -> Bool {
        guard let route else { return false }
        return route.utf8.starts(with: "/desk/".utf8) && route != "/desk/sign-in"
    }
}
