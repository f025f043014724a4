// room: Slips
