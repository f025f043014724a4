import Postgres

/// What can be put into the queue with `enqueue_job`. A new kind gets its case here and its line in `Worker.perform`; a word in
/// the database that is none of these dies at once and is shown to an administrator.
package enum JobKind: String, PostgresValue, CaseIterable, Sendable {
    /// `{"notice": id}`, enqueued with each notice; see `DeliverNotice`.
    case deliverNotice = "deliver_notice"
    /// `{"import": id}`, enqueued with each table that is confirmed; see `RunImport`.
    case importSheet = "import_sheet"
    /// `{"attachment": id}`, enqueued by `ask_for_reading`; see `ReadDocument`.
    case readDocument = "read_document"
    /// `{"procedure": id}`, enqueued by `ask_for_folding`; see `FoldOpinions`.
    case foldOpinions = "fold_opinions"
    /// `{"report": id, "format": …, "version": …}`, enqueued by `ask_for_report`; see `MakeReport`.
    case makeReport = "make_report"
    /// `{"questionnaire": id, "paper": …}`, enqueued by `ask_for_questionnaire_paper`; see `MakePaper`.
    case makePaper = "make_paper"
    /// `{"gathering": id, "kind": …, "format": …}`, enqueued by `ask_for_gathering_file`; see `GatheringFile.Maker`.
    case makeGatheringFile = "make_gathering_file"
    /// `{"version": id, "format": …}`, enqueued by `ask_for_version_files`; see `VersionFile.Maker`.
    case makeVersionFile = "make_version_file"
    /// `{"file": id}`, enqueued by `request_procedure_file`; see `MakeProcedureFile`.
    case makeProcedureFile = "make_procedure_file"

    /// How many of a kind one process does at a time. Each kind has runners of its own: ten thousand mails hold up nothing else.
    var runners: Int {
        switch self {
        case .deliverNotice: DeliverNotice.atOnce
        case .importSheet, .makeProcedureFile: 1
        // Each may take half a gigabyte of memory.
        case .readDocument, .makeReport, .makePaper, .makeGatheringFile, .makeVersionFile: 1
        // A gigabyte for 100,000 opinions.
        case .foldOpinions: 1
        }
    }
}
