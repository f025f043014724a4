import Foundation
import HTTPTypes
import Hummingbird
import Participation

/// What somebody has typed from a slip of paper: its number, and the code that goes with it.
enum TypedCode {
    case read(SubmissionNumber, QueryCode)
    /// One of them has not its form, or this network has tried too often: the form again, saying so.
    case refused(Response)
}

extension WebApplication {
    /// Reads number and code of the form, as one try of those that a network has.
    /// - Parameters:
    ///   - shape: the key of what is said of a number that is none.
    ///   - again: the form with what is wrong.
    func typedCode(
        shape: String, _ context: MinyiContext, again: (FormErrors, HTTPResponse.Status) throws -> Response
    ) throws -> TypedCode {
        let (form, texts) = (context.form, context.texts)
        if let seconds = receiptGate.take(context.visit.network.text, now: Date()) {
            let errors = FormErrors("code", texts["receipts.errors.wait", ["count": seconds]])
            return .refused(try again(errors, .tooManyRequests).withRetry(after: seconds))
        }
        var errors = FormErrors()
        var number: SubmissionNumber?
        do throws(SubmissionNumber.Flaw) { number = try SubmissionNumber(form.string("number")) } catch {
            errors.add("number", texts[error == .typo ? "receipts.errors.number_typo" : shape])
        }
        let code = QueryCode(form.string("code"))
        errors.require(code != nil, "code", texts["receipts.errors.code_shape"])
        guard let number, let code else { return .refused(try again(errors, .unprocessableContent)) }
        return .read(number, code)
    }
}
