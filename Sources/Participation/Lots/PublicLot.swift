import Foundation
import Postgres

/// A lot as everybody may read it: the file, and what it says.
package struct PublicLot: Row, Identifiable {
    package let id: Int
    /// As it is handed out.
    package let json: [UInt8]
    package let lot: Lot

    package init(_ row: RowReader) throws {
        id = try row["lot_id"]
        let file: JSONText = try row["file"]
        json = Array(file.text.utf8)
        lot = try Lot(json: json)
    }

    /// Those of the hearing by this public number, the newest first: that which holds, then what was annulled.
    package static func of(hearing number: String) -> SQL {
        """
        select l.lot_id, l.file from public_lots l join public_gatherings g using (gathering_id)
        where g.number = \(number) and g.kind = 'hearing' order by l.lot_id desc
        """
    }
}

/// A lot as the desk has it: beside the file only what says who may do the next step.
package struct DeskLot: Row, Identifiable {
    package let id: Int
    package let lot: Lot
    /// The member of staff who entered the public value, and may not draw.
    package let valueEnteredBy: Int?
    package let valueEnteredByName: String?
    package let drawnByName: String?
    package let scanID: UUID?

    package init(_ row: RowReader) throws {
        id = try row["id"]
        let file: JSONText = try row["file"]
        lot = try Lot(json: Array(file.text.utf8))
        valueEnteredBy = try row["value_entered_by"]
        valueEnteredByName = try row["value_entered_by_name"]
        drawnByName = try row["drawn_by_name"]
        scanID = try row["scan_id"]
    }

    /// Those of a hearing, the newest first.
    package static func of(_ hearing: Int) -> SQL {
        """
        select l.id, p.file, l.value_entered_by, e.display_name as value_entered_by_name, d.display_name as drawn_by_name, l.scan_id
        from lots l join public_lots p on p.lot_id = l.id left join staff e on e.id = l.value_entered_by
        left join staff d on d.id = l.drawn_by
        where l.gathering_id = \(hearing) order by l.id desc
        """
    }
}
