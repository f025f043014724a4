import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Participation
import Postgres

/// Turns whatever was thrown into a page a person understands, in their language, with everything they had typed; or into
/// `application/problem+json` (RFC 9457) for programs that ask for JSON, and for all below `/api`.
struct ErrorPages: RouterMiddleware {
    typealias Context = MinyiContext
    let pages: PageRenderer

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            // Where a form can be corrected, its handler catches the rule first and shows the form again.
            let problem =
                context.texts.refusal(error).map { Problem.conflict($0) }
                ?? Self.problem(for: error, logger: context.logger)
            return answer(problem, request, context)
        }
    }

    /// Only what the log may hold is logged: the kind of error and its SQLSTATE, never a message, which may quote what
    /// somebody typed.
    static func problem(for error: any Error, logger: Logger) -> Problem {
        switch error {
        case let problem as Problem: return problem
        case let form as BadForm:
            switch form {
            case .encoding: return Problem(.badRequest, .encoding)
            case .broken: return .badRequest
            case .tooMany: return Problem(.contentTooLarge, .badRequest)
            }
        case is Overloaded, is OwnThreads.Busy, is DeadlinePassed:
            logger.warning("busy", metadata: ["error": .string("\(type(of: error))")])
            return .overloaded
        case let failed as UploadedFile.Failed:
            logger.error("no room for uploads", metadata: ["code": "\(failed.code)"])
            return .unavailable
        case is ConnectionLost, is DatabaseClosed:
            logger.warning("no database", metadata: ["error": .string("\(type(of: error))")])
            return .unavailable
        case is CancellationError: return .overloaded
        case is NoRow: return .notFound
        case is NotAllowed: return .forbidden
        case is OutcomeUnknown:
            logger.error("outcome unknown")
            return Problem(.serviceUnavailable, .outcomeUnknown, retryAfter: 5)
        case let error as PostgresError:
            logger.error(
                "database",
                metadata: [
                    "state": .string(error.state), "constraint": .string(error.constraint ?? "-"),
                ])
            switch error.state {
            // Row-level security or a missing grant: the one place where rights are decided has said no.
            case "42501": return .forbidden
            // A door knows nothing of what it was asked about.
            case "P0002": return .notFound
            // Statement timeout, lock timeout, serialisation failure, deadlock.
            case "57014", "55P03", "40001", "40P01": return .overloaded
            // Disk full, out of memory, out of connections; and errors of the system under PostgreSQL.
            case let state where state.hasPrefix("53") || state.hasPrefix("58"): return .unavailable
            default: return Problem(.internalServerError, .internalError)
            }
        case let error as HTTPError:
            switch error.status {
            case .notFound: return .notFound
            case .contentTooLarge: return .tooLarge(limit: BodyLimits.standard)
            case let status where status.kind == .clientError: return Problem(status, .badRequest)
            default: break
            }
        default: break
        }
        logger.error("unexpected", metadata: ["error": .string("\(type(of: error))")])
        return Problem(.internalServerError, .internalError)
    }

    private func answer(_ problem: Problem, _ request: Request, _ context: Context) -> Response {
        var response: Response
        do {
            response =
                Self.wantsJSON(request)
                ? try json(problem, context) : try page(problem, request, context)
        } catch {
            context.logger.error("error page failed", metadata: ["error": .string("\(type(of: error))")])
            response = Response(
                status: problem.status, headers: [.contentType: "text/plain; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: "\(problem.status.code) · \(context.requestID)\n")))
        }
        response.headers[.cacheControl] = "no-store"
        if let seconds = problem.retryAfter { response.headers[.retryAfter] = String(seconds) }
        if !problem.allow.isEmpty {
            response.headers[.allow] = problem.allow.map(\.rawValue).joined(separator: ", ")
        }
        return response
    }

    private func page(_ problem: Problem, _ request: Request, _ context: Context) throws -> Response {
        let texts = context.texts
        let form = context.form
        let kept =
            form.fields.isEmpty || request.method == .get || problem.reason == .foreignPage
            ? nil : KeptForm(form, action: context.visit.here).shown(texts)
        // What a button sends is nothing to copy.
        let isWorthKeeping =
            problem.canBeSentAgain || kept?.hadFiles ?? false || kept?.fields.contains(where: \.visible) ?? false
        let page = ProblemPage(
            title: texts["problems.\(problem.reason.rawValue).title"], status: problem.status.code,
            text: problem.text ?? texts["problems.\(problem.reason.rawValue).text", problem.arguments],
            next: texts["problems.\(problem.reason.rawValue).next", problem.arguments],
            reference: problem.status.kind == .serverError ? context.requestID : nil,
            kept: isWorthKeeping ? kept : nil, sendAgain: problem.canBeSentAgain)
        if let kiosk = WebApplication.kioskPage(page, at: context.visit) {
            return try pages.render(kiosk, in: context, status: problem.status)
        }
        return try pages.render(page, in: context, status: problem.status)
    }

    private struct ProblemJSON: Encodable {
        struct Fault: Encodable {
            let field: String
            let detail: String
        }

        let type: String
        let title: String
        let status: Int
        let detail: String
        let instance: String
        let code: String
        let errors: [Fault]?
    }

    private func json(_ problem: Problem, _ context: Context) throws -> Response {
        let key = "problems.\(problem.reason.rawValue)"
        let body = ProblemJSON(
            type: "about:blank", title: context.texts["\(key).title"], status: problem.status.code,
            detail: problem.text ?? context.texts["\(key).text", problem.arguments], instance: context.requestID,
            code: problem.code ?? problem.reason.rawValue,
            errors: problem.errors.isEmpty
                ? nil : problem.errors.items.map { ProblemJSON.Fault(field: $0.field, detail: $0.text) })
        return Response(
            status: problem.status, headers: [.contentType: "application/problem+json; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(body))))
    }

    private static func wantsJSON(_ request: Request) -> Bool {
        if request.isForAPI { return true }
        let accept = (request.headers[.accept] ?? "").lowercased()
        return accept.contains("json") && !accept.contains("text/html")
    }
}
