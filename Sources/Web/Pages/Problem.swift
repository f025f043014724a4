import HTTPTypes

/// An answer other than the page asked for, in words: thrown anywhere in a request, shown by `ErrorPages`.
///
/// The words are `problems.<reason>.title`, `.text` (what happened, what was kept) and `.next` (what to do) in the locales.
package struct Problem: Error, Sendable {
    package enum Reason: String, Sendable, CaseIterable {
        case badRequest = "bad_request"
        case encoding
        case lengthRequired = "length_required"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case gone
        case forbidden
        /// Too large to be read from somebody who is not signed in.
        case signedOut = "signed_out"
        /// The form's token is missing or belongs to another visit: the page was open too long.
        case expiredPage = "expired_page"
        /// The form was sent from a page of another site.
        case foreignPage = "foreign_page"
        case tooLarge = "too_large"
        case tooSlow = "too_slow"
        case unsupportedType = "unsupported_type"
        case tooManyRequests = "too_many_requests"
        case overloaded
        /// The database cannot be reached, or has no room.
        case unavailable
        case outcomeUnknown = "outcome_unknown"
        case conflict
        /// What a program sent is wrong in the members named. A form with faults is shown again instead.
        case faulty
        case internalError = "internal_error"
    }

    package let status: HTTPResponse.Status
    package let reason: Reason
    /// A sentence of the feature's own instead of the general one, already in the visitor's language.
    package var text: String?
    package var arguments: [String: Int] = [:]
    /// Seconds after which trying again makes sense.
    package var retryAfter: Int?
    package var allow: [HTTPRequest.Method] = []
    /// For programs: which rule said no, where the reason alone does not tell.
    var code: String?
    /// For programs: what is wrong, member by member.
    var errors = FormErrors()

    package init(_ status: HTTPResponse.Status, _ reason: Reason, text: String? = nil, retryAfter: Int? = nil) {
        self.status = status
        self.reason = reason
        self.text = text
        self.retryAfter = retryAfter
    }

    package static var notFound: Problem { Problem(.notFound, .notFound) }
    package static var gone: Problem { Problem(.gone, .gone) }
    package static var forbidden: Problem { Problem(.forbidden, .forbidden) }
    package static var badRequest: Problem { Problem(.badRequest, .badRequest) }
    package static var overloaded: Problem { Problem(.serviceUnavailable, .overloaded, retryAfter: 5) }

    package static var unavailable: Problem { Problem(.serviceUnavailable, .unavailable, retryAfter: 10) }

    /// The form on this page was taken already or changed meanwhile.
    package static func conflict(_ text: String, code: String? = nil) -> Problem {
        var problem = Problem(.conflict, .conflict, text: text)
        problem.code = code
        return problem
    }

    static func faulty(_ errors: FormErrors) -> Problem {
        var problem = Problem(.unprocessableContent, .faulty)
        problem.errors = errors
        return problem
    }

    static func tooLarge(limit: Int) -> Problem {
        var problem = Problem(.contentTooLarge, .tooLarge)
        problem.arguments = ["limit": max(1, limit / 1024)]
        return problem
    }

    static func methodNotAllowed(_ allow: [HTTPRequest.Method]) -> Problem {
        var problem = Problem(.methodNotAllowed, .methodNotAllowed)
        problem.allow = allow
        return problem
    }

    /// Whether sending the same form once more can help.
    var canBeSentAgain: Bool {
        switch reason {
        case .expiredPage, .tooManyRequests, .overloaded, .unavailable, .outcomeUnknown, .internalError: true
        default: false
        }
    }
}
