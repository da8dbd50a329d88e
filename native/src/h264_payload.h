// H.264 in RTP packets (RFC 6184, packetization mode 1): NAL units one by one, several in one packet, or one in several packets.
#pragma once
#include <vector>

#include "frame.h"
#include "h264_syntax.h"

namespace h264_payload {

// The NAL units as payloads that lie one behind the other, and where each is. They are the same for every receiver.
void Pack(const std::vector<h264::Unit>& units, std::vector<uint8_t>& data, std::vector<frame::Piece>& pieces);

// The byte stream (annex B) of what Pack has made, for a decoder.
std::vector<uint8_t> Unpack(const std::vector<uint8_t>& data, const std::vector<frame::Piece>& pieces);

}  // namespace h264_payload
