// Bytes as hexadecimal text.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace hex {

using Bytes = std::vector<uint8_t>;

inline Bytes FromHex(const std::string& text) {
  Bytes bytes;
  for (size_t i = 0; i + 1 < text.size(); i += 2) bytes.push_back(static_cast<uint8_t>(std::stoi(text.substr(i, 2), nullptr, 16)));
  return bytes;
}

inline std::string ToHex(const Bytes& bytes) {
  static const char* digits = "0123456789abcdef";
  std::string text;
  for (uint8_t byte : bytes) text += {digits[byte >> 4], digits[byte & 15]};
  return text;
}

}  // namespace hex
