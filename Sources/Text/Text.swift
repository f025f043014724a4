// room: Text
