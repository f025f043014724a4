import Participation

/// What can be printed or sent of a hearing, forum or visit: its papers as files, a poster, and the form of registration.
struct GatheringFilesPage: Page {
    static let template = "gatherings/files"

    struct File: Sendable {
        let text: String
        let note: String?
        /// Once it is there.
        let href: String?
        let action: String
        /// What the button says that asks for it; absent while it is made or there.
        let make: String?
    }

    let title: String
    let crumbs: [Crumb]
    let lead: String
    let address: String
    /// Absent where no worker makes such files.
    let files: Filled<File>?
    let waits: Bool

    init(
        _ it: Gathering, files: [(file: GatheringFile, state: GatheringFile.State?)], mayAsk: Bool, _ texts: Texts
    ) {
        title = texts["gatherings.files.title"]
        crumbs = texts.crumbs(to: it)
        (lead, address) = (it.title, it.address + "/files")
        waits = files.contains { $0.state == .waiting }
        self.files = Filled(files.map { File($0.file, $0.state, it.address, mayAsk: mayAsk, texts) })
    }

    private init(_ files: Filled<File>?) {
        (title, crumbs, lead) = ("下载和打印", [Crumb(href: "/desk", text: "工作台")], "水价听证会")
        (address, self.files, waits) = ("/f", files, files != nil)
    }

    static let samples = [
        GatheringFilesPage(
            Filled([
                File(text: "下载海报（PDF）", note: nil, href: "/p", action: "/p", make: nil),
                File(text: "公告（DOCX）", note: "没有生成。", href: nil, action: "/n", make: "生成公告（DOCX）"),
            ])), GatheringFilesPage(nil),
    ]
}

extension GatheringFilesPage.File {
    fileprivate init(
        _ file: GatheringFile, _ state: GatheringFile.State?, _ address: String, mayAsk: Bool, _ texts: Texts
    ) {
        let name = texts.name(of: file)
        action = "\(address)/files/\(file.kind.rawValue)/\(file.format.rawValue)"
        text = texts["builder.paper.take", ["name": name]]
        note =
            switch state {
            case .waiting: texts["reports.document_waits", ["name": name]]
            case .failed: texts["reports.document_failed", ["name": name]]
            case .made, nil: nil
            }
        href = state == .made ? action : nil
        make = mayAsk && (state == nil || state == .failed) ? texts["reports.make", ["name": name]] : nil
    }
}

extension Texts {
    /// 海报（PDF）
    func name(of file: GatheringFile) -> String {
        self[
            "gatherings.files.name",
            ["kind": self["gatherings.files.kinds.\(file.kind.rawValue)"], "format": file.format.rawValue.uppercased()]]
    }
}
