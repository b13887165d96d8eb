/* The echo server of libuv.
 *
 * build: cc -O2 -pthread -o OUT IN -luv
 * needs: /usr/include/uv.h libuv1-dev
 *
 * Sends at once, by uv_try_write, and leaves to uv_write what there is no room for.  More threads
 * have a loop each.
 */
#include "../echo.h"
#include <uv.h>

typedef struct {
    uv_tcp_t handle; /* first: libuv gives its address */
    size_t   capacity;
    char    *buffer;
} CONNECTION;

/* What is still to be sent, behind the request. */
typedef struct {
    uv_write_t request;
    char       data[];
} REST;

static void check(int result, const char *what)
{
    if (result < 0) {
        fprintf(stderr, "%s: %s\n", what, uv_strerror(result));
        exit(1);
    }
}

static void on_closed(uv_handle_t *handle)
{
    CONNECTION *connection = (CONNECTION *)handle;
    free(connection->buffer);
    free(connection);
}

/* Everything is sent that was to be sent. */
static void on_shut_down(uv_shutdown_t *request, int status)
{
    (void)status;
    if (!uv_is_closing((uv_handle_t *)request->handle))
        uv_close((uv_handle_t *)request->handle, on_closed);
    free(request);
}

static void on_sent(uv_write_t *request, int status)
{
    if (status < 0 && !uv_is_closing((uv_handle_t *)request->handle))
        uv_close((uv_handle_t *)request->handle, on_closed);
    free(request);
}

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    CONNECTION *connection = (CONNECTION *)handle;
    (void)suggested;
    *buffer = uv_buf_init(connection->buffer, (unsigned)connection->capacity);
}

static void send_rest(uv_stream_t *stream, const char *data, size_t length)
{
    REST    *rest = (REST *)get_memory(1, sizeof *rest + length);
    uv_buf_t buffer = uv_buf_init(rest->data, (unsigned)length);

    for (size_t i = 0; i < length; i++)
        rest->data[i] = data[i];
    check(uv_write(&rest->request, stream, &buffer, 1, on_sent), "uv_write");
}

static void on_received(uv_stream_t *stream, ssize_t count, const uv_buf_t *buffer)
{
    uv_buf_t data;
    int      sent;

    if (count == UV_EOF) {
        uv_read_stop(stream);
        uv_shutdown((uv_shutdown_t *)get_memory(1, sizeof(uv_shutdown_t)), stream, on_shut_down);
        return;
    }
    if (count < 0) {
        uv_close((uv_handle_t *)stream, on_closed);
        return;
    }
    if (count == 0)
        return;
    data = uv_buf_init(buffer->base, (unsigned)count);
    sent = uv_try_write(stream, &data, 1);
    if (sent == UV_EAGAIN)
        sent = 0;
    if (sent < 0)
        uv_close((uv_handle_t *)stream, on_closed);
    else if (sent < count)
        send_rest(stream, data.base + sent, (size_t)(count - sent));
}

static void *serve(void *parameter)
{
    SHARE    *share = (SHARE *)parameter;
    uv_loop_t loop;
    int       i;

    check(uv_loop_init(&loop), "uv_loop_init");
    for (i = 0; i < share->count; i++) {
        CONNECTION *connection = (CONNECTION *)get_memory(1, sizeof *connection);

        connection->capacity = share->capacity;
        connection->buffer = (char *)get_memory(1, share->capacity);
        check(uv_tcp_init(&loop, &connection->handle), "uv_tcp_init");
        check(uv_tcp_open(&connection->handle, share->sockets[i]), "uv_tcp_open");
        check(uv_read_start((uv_stream_t *)connection, on_allocate, on_received), "uv_read_start");
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    check(uv_loop_close(&loop), "uv_loop_close");
    return NULL;
}

int main(int argc, char **argv)
{
    return echo_in_threads(argc, argv, serve);
}
