import Participation

/// Who keeps what was answered while a sheet is filled in page by page. The ways of answering differ in this, and in what follows from it: how one
/// goes on, and how it ends. What a page is that was sent is the same for all (`FilledPage`).
enum SheetKeeping {
    /// The server, by an id that the browser knows. Each page has an address, so that the browser's way back leads to the one before; one goes on
    /// later or elsewhere with a code. It ends at the door of all submissions, with a receipt.
    case saved
    /// Nobody: it goes along in the form, signed, as a sheet that the server keeps would belong to somebody. A page is the answer to the one
    /// before. It ends as a vote, to which nothing leads back.
    case carried
    /// The server, for an hour, as nobody comes back for it. It ends at the door or is discarded, and the browser forgets it for who comes next.
    case kiosk
}

extension PublicQuestionnaire {
    /// In a browser that is somebody's own.
    var keeping: SheetKeeping { voice == .person ? .carried : .saved }
}
