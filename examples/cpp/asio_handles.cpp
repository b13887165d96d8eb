// asio's handles of Windows on its completion port: a named pipe, asio's own pipe, an event, a file
// read and written at any place, and a serial port.  Nothing of asio is changed.
//
//   lapwing c++ -O2 -o asio_handles asio_handles.cpp && ./asio_handles [COM1]
//
// It talks to itself over each and says what came back.  What is sent to the serial port must come
// back: put a plug there that joins both lines, or a program that echoes.

#define _WIN32_WINNT 0x0A00

#include <asio.hpp>
#include <asio/windows/object_handle.hpp>
#include <asio/windows/overlapped_ptr.hpp>
#include <asio/windows/random_access_handle.hpp>
#include <asio/windows/stream_handle.hpp>

#include <cstdio>
#include <string>
#include <thread>

#if !defined(ASIO_HAS_IOCP)
#error "this example is about completion ports"
#endif

namespace {

int failures = 0;

void check(bool good, const char *what)
{
    std::printf("%s: %s\n", good ? "ok" : "FAILED", what);
    std::fflush(stdout);
    failures += !good;
}

std::string pattern(size_t length)
{
    std::string text(length, ' ');
    for (size_t index = 0; index < length; ++index)
        text[index] = static_cast<char>('a' + index % 26);
    return text;
}

// A server's end waits for its client at the port, then both ends talk.
void named_pipe(asio::io_context &context)
{
    const std::string name = "\\\\.\\pipe\\asio-handles-" + std::to_string(GetCurrentProcessId());
    HANDLE waiting = CreateNamedPipeA(name.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                                      PIPE_TYPE_BYTE | PIPE_WAIT, 1, 4096, 4096, 0, nullptr);
    asio::windows::stream_handle server(context, waiting), client(context);
    std::string sent = pattern(100000), at_server(sent.size(), ' '), at_client(sent.size(), ' ');

    asio::windows::overlapped_ptr connected(context, [&](std::error_code error, size_t) {
        check(!error, "a client has come to the pipe");
        asio::async_read(server, asio::buffer(at_server), [&](std::error_code error, size_t) {
            check(!error && at_server == sent, "100,000 bytes come through the pipe");
            asio::async_write(server, asio::buffer(at_server), [](std::error_code error, size_t) {
                check(!error, "and are sent back");
            });
        });
    });
    BOOL is_connected = ConnectNamedPipe(server.native_handle(), connected.get());
    DWORD code = GetLastError();
    if (!is_connected && code == ERROR_IO_PENDING)
        connected.release();
    else
        connected.complete(std::error_code(is_connected ? 0 : static_cast<int>(code),
                                           asio::error::get_system_category()),
                           0);

    client.assign(CreateFileA(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                              FILE_FLAG_OVERLAPPED, nullptr));
    asio::async_write(client, asio::buffer(sent), [](std::error_code error, size_t) {
        check(!error, "the client has written");
    });
    asio::async_read(client, asio::buffer(at_client), [&](std::error_code error, size_t) {
        check(!error && at_client == sent, "and reads the same");
        // The server's end waits for more until it hears that there is no client any more.
        server.async_read_some(asio::buffer(at_server), [](std::error_code error, size_t length) {
            check(error == asio::error::broken_pipe || error == asio::error::eof, "then the end");
            check(length == 0, "without a byte");
        });
        client.close();
    });
    context.run();
    context.restart();
}

// asio's own pair, which it makes of a named pipe and proves with random bytes.
void pipe(asio::io_context &context)
{
    asio::readable_pipe reader(context);
    asio::writable_pipe writer(context);
    asio::connect_pipe(reader, writer);
    std::string sent = pattern(20000), received(sent.size(), ' ');
    asio::async_read(reader, asio::buffer(received), [&](std::error_code error, size_t) {
        check(!error && received == sent, "asio's pipe carries what is written");
        reader.async_read_some(asio::buffer(received), [](std::error_code error, size_t) {
            check(error == asio::error::operation_aborted, "a read that is cancelled says so");
        });
        reader.cancel();
    });
    asio::async_write(writer, asio::buffer(sent), [](std::error_code, size_t) {});
    context.run();
    context.restart();
}

// One wait for what another thread sets, one for what is set already, one that is given up.
void object(asio::io_context &context)
{
    asio::windows::object_handle event(context, CreateEventA(nullptr, FALSE, FALSE, nullptr));
    std::thread other;
    event.async_wait([&](std::error_code error) {
        check(!error, "an event that another thread sets ends the wait");
        SetEvent(event.native_handle());
        event.async_wait([&](std::error_code error) {
            check(!error, "and one that is set already");
            event.async_wait([](std::error_code error) {
                check(error == asio::error::operation_aborted, "a wait that is cancelled says so");
            });
            event.cancel();
        });
    });
    other = std::thread([&] { SetEvent(event.native_handle()); });
    context.run();
    context.restart();
    other.join();

    SetEvent(event.native_handle());
    event.wait();
    check(true, "a wait without a handler ends too");
}

// Written from the middle, then from the beginning; read as a whole.
void file(asio::io_context &context)
{
    char folder[MAX_PATH], name[MAX_PATH];
    GetTempPathA(MAX_PATH, folder);
    GetTempFileNameA(folder, "aio", 0, name);
    asio::windows::random_access_handle file(
        context, CreateFileA(name, GENERIC_READ | GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS,
                             FILE_FLAG_OVERLAPPED | FILE_FLAG_DELETE_ON_CLOSE, nullptr));
    std::string sent = pattern(100000), received(sent.size(), ' ');
    asio::async_write_at(
        file, 50000, asio::buffer(&sent[50000], 50000), [&](std::error_code error, size_t) {
            check(!error, "the second half is written");
            asio::async_write_at(
                file, 0, asio::buffer(&sent[0], 50000), [&](std::error_code error, size_t) {
                    check(!error, "then the first");
                    asio::async_read_at(
                        file, 0, asio::buffer(received), [&](std::error_code error, size_t) {
                            check(!error && received == sent, "the file has both");
                        });
                });
        });
    context.run();
    context.restart();
    std::error_code error;
    size_t length = file.read_some_at(sent.size(), asio::buffer(received), error);
    check(length == 0 && error == asio::error::eof, "behind the last byte is the end");
}

void serial_port(asio::io_context &context, const char *name)
{
    using port = asio::serial_port;
    asio::serial_port line(context, name);
    port::baud_rate rate;
    port::parity parity;
    line.set_option(port::baud_rate(115200));
    line.set_option(port::parity(port::parity::even));
    line.get_option(rate);
    line.get_option(parity);
    check(rate.value() == 115200 && parity.value() == port::parity::even,
          "the port keeps its settings");
    line.set_option(port::parity(port::parity::none));
    std::string sent = "there and back", received(sent.size(), ' ');
    asio::async_read(line, asio::buffer(received), [&](std::error_code error, size_t) {
        check(!error && received == sent, "what is sent to the port comes back");
        line.async_read_some(asio::buffer(received), [](std::error_code error, size_t) {
            check(error == asio::error::operation_aborted, "a read that is cancelled says so");
        });
        line.cancel();
    });
    asio::async_write(line, asio::buffer(sent), [](std::error_code error, size_t) {
        check(!error, "the port takes what is sent");
    });
    context.run();
    context.restart();
}

} // namespace

int main(int argc, char **argv)
{
    try {
        asio::io_context context;
        named_pipe(context);
        pipe(context);
        object(context);
        file(context);
        if (argc > 1)
            serial_port(context, argv[1]);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "asio_handles: %s\n", error.what());
        return 1;
    }
    return failures != 0;
}
