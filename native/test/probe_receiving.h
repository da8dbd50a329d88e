// The commands of the probe that have to do with receiving.
#pragma once
#include <istream>
#include <optional>
#include <string>

// The answer to a command, or nothing when it is none of these.
std::optional<std::string> AnswerReceiving(const std::string& command, std::istream& arguments);
